package dev.resound.server;

/** The signal in a table of MariaDB. */
class MariaDbRestartSignalTest extends SqlRestartSignalContract {
    MariaDbRestartSignalTest() {
        super(DatabaseServer.Product.MARIADB);
    }

    @Override
    String quoted(String column) {
        return '`' + column + '`';
    }

    @Override
    String textType() {
        return "mediumtext";
    }
}
