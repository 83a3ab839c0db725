package dev.resound.server;

import dev.resound.pusher.App;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is said when the port is open: eight lines at most, most wanted first. */
final class Banner {
    private static final int MAX_LINES = 8;
    private static final String BOLD = "\u001b[1m";
    private static final String YELLOW = "\u001b[33m";
    private static final String PLAIN = "\u001b[0m";

    private final Configuration configuration;
    private final int port;
    private final boolean colour;

    /**
     * For a server that listens.
     *
     * @param port the real one
     */
    Banner(Configuration configuration, int port, boolean colour) {
        this.configuration = configuration;
        this.port = port;
        this.colour = colour;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        Configuration.Apps apps = configuration.apps();
        String name = paint(BOLD, "Resound " + Version.current());
        lines.add(
                apps.development()
                        ? name + ", development mode: no app is configured, here is one to try"
                        : name);
        lines.add("listening on " + paint(BOLD, url()));
        if (apps.development()) {
            App app = apps.list().getFirst();
            lines.add("id " + app.id() + ", key " + app.key() + ", secret " + app.secret());
            lines.add(snippet(app));
        } else {
            lines.add(
                    apps(apps.list())
                            + (apps.table() == null
                                    ? ""
                                    : "; more in the table " + apps.table().table()));
        }
        if (configuration.devices() != null) {
            lines.add(devices(configuration.devices().apps().size()));
        }
        lines.add(sources());
        warnings(MAX_LINES - lines.size(), lines);
        return lines;
    }

    private String url() {
        Configuration.Listen listen = configuration.listen();
        String scheme = listen.tls() == null ? "http" : "https";
        return scheme + "://" + bracketed(listen.host()) + ":" + port + listen.path();
    }

    private static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /** For the browser. pusher-js insists on a cluster, whatever it is called. */
    private String snippet(App app) {
        Configuration.Listen listen = configuration.listen();
        boolean secure = listen.tls() != null;
        String host = listen.hostname() == null ? listen.host() : listen.hostname();
        return "new Pusher('"
                + app.key()
                + "', { cluster: '', wsHost: '"
                + bracketed(host)
                + (secure ? "', wssPort: " : "', wsPort: ")
                + port
                + (listen.path().isEmpty() ? "" : ", wsPath: '" + listen.path() + "'")
                + ", forceTLS: "
                + secure
                + ", enabledTransports: ['ws', 'wss'] })";
    }

    private String apps(List<App> apps) {
        Map<String, Long> dialects =
                apps.stream()
                        .collect(
                                Collectors.groupingBy(
                                        app -> app.dialect().name(),
                                        TreeMap::new,
                                        Collectors.counting()));
        String hostname = configuration.listen().hostname();
        String clients = hostname == null ? "" : "; clients use " + hostname;
        if (apps.size() == 1) {
            App app = apps.getFirst();
            return "1 app: " + app.id() + " (" + app.dialect().name() + ")" + clients;
        }
        return apps.size()
                + (apps.isEmpty() ? " apps in the configuration" : " apps: ")
                + dialects.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", "))
                + clients;
    }

    private String devices(int apps) {
        String prefix = configuration.listen().path();
        return "devices at "
                + prefix
                + "/glasses-ws, apps at "
                + prefix
                + "/app-ws ("
                + (apps == 1 ? "1 app)" : apps + " apps)");
    }

    private String sources() {
        int loops = configuration.listen().loops();
        return (loops == 1 ? "1 event loop" : loops + " event loops")
                + (configuration.debug() ? ", every message is printed" : "")
                + "; configuration: "
                + String.join(", ", configuration.notes().sources());
    }

    private void warnings(int room, List<String> lines) {
        List<String> warnings = configuration.notes().warnings();
        int shown = warnings.size() <= room ? warnings.size() : room - 1;
        warnings.subList(0, shown)
                .forEach(warning -> lines.add(paint(YELLOW, "warning: ") + warning));
        if (shown < warnings.size()) {
            int left = warnings.size() - shown;
            lines.add(paint(YELLOW, "warning: ") + left + " more, see: resound check");
        }
    }

    private String paint(String code, String text) {
        return colour ? code + text + PLAIN : text;
    }
}
