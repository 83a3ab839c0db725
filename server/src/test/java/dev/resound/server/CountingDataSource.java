package dev.resound.server;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Counts how often somebody wants a connection: once for each look-up. */
final class CountingDataSource implements DataSource {
    private final DataSource source;
    private final AtomicInteger connections = new AtomicInteger();

    CountingDataSource(DataSource source) {
        this.source = source;
    }

    /** How many there were since this was last asked. */
    int taken() {
        return connections.getAndSet(0);
    }

    @Override
    public Connection getConnection() throws SQLException {
        connections.incrementAndGet();
        return source.getConnection();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        connections.incrementAndGet();
        return source.getConnection(user, password);
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return source.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        source.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        source.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return source.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> kind) throws SQLException {
        return source.unwrap(kind);
    }

    @Override
    public boolean isWrapperFor(Class<?> kind) throws SQLException {
        return source.isWrapperFor(kind);
    }
}
