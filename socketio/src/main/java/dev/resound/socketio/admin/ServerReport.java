package dev.resound.socketio.admin;

import dev.resound.engineio.Transport;
import dev.resound.socketio.Namespace;
import dev.resound.socketio.SocketIo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the UI's {@code server_stats} say. <b>Thread:</b> any. */
final class ServerReport {
    private final SocketIo<?> io;
    private final String serverId;
    private final Surroundings surroundings;
    private final String hostname = Surroundings.hostname();
    private final long pid = ProcessHandle.current().pid();

    ServerReport(SocketIo<?> io, String serverId, Surroundings surroundings) {
        this.io = io;
        this.serverId = serverId;
        this.surroundings = surroundings;
    }

    Map<String, Object> with(List<Map<String, Object>> aggregatedEvents) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("serverId", serverId);
        report.put("hostname", hostname);
        report.put("pid", pid);
        report.put("uptime", (surroundings.clock().millis() - surroundings.startMillis()) / 1000.0);
        report.put("clientsCount", io.clients());
        report.put("pollingClientsCount", io.clients(Transport.POLLING));
        report.put("aggregatedEvents", aggregatedEvents);
        report.put("namespaces", namespaces());
        return report;
    }

    private List<Map<String, Object>> namespaces() {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Namespace<?> namespace : io.namespaces()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", namespace.name());
            one.put("socketsCount", namespace.socketCount());
            all.add(one);
        }
        return all;
    }
}
