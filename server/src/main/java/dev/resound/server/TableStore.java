package dev.resound.server;

/**
 * A table with the columns {@code key}, {@code value} and {@code expiration}.
 *
 * @param table its name, perhaps with that of its schema and a dot before it
 */
record TableStore(Database database, String table) implements SignalStore {

    @Override
    public String toString() {
        return "table " + table + " of " + database;
    }
}
