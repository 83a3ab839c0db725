package dev.resound.server;

/** The signal in a table of PostgreSQL. */
class PostgreSqlRestartSignalTest extends SqlRestartSignalContract {
    PostgreSqlRestartSignalTest() {
        super(DatabaseServer.Product.POSTGRESQL);
    }

    @Override
    String quoted(String column) {
        return '"' + column + '"';
    }

    @Override
    String textType() {
        return "text";
    }
}
