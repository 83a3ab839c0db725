package dev.resound.server;

/** The table in MariaDB. */
class MariaDbAppsTest extends AppTableContract {
    MariaDbAppsTest() {
        super(DatabaseServer.Product.MARIADB);
    }

    @Override
    String quoted(String column) {
        return '`' + column + '`';
    }

    @Override
    String flagType() {
        return "tinyint(1)";
    }
}
