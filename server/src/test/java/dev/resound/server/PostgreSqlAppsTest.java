package dev.resound.server;

/** The table in PostgreSQL. */
class PostgreSqlAppsTest extends AppTableContract {
    PostgreSqlAppsTest() {
        super(DatabaseServer.Product.POSTGRESQL);
    }

    @Override
    String quoted(String column) {
        return '"' + column + '"';
    }

    @Override
    String flagType() {
        return "boolean";
    }
}
