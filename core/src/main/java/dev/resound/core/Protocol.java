package dev.resound.core;

import dev.resound.core.http.Route;
import java.util.List;

/**
 * What some paths of the port speak. A protocol is one module: it claims paths, opens a session per
 * connection, and answers its own HTTP routes. The transport asks once, before the port opens.
 */
public interface Protocol {

    /** For logs and metrics: short, lower case. */
    String name();

    /** The paths on which this protocol takes WebSockets. */
    List<Endpoint> endpoints();

    /** The HTTP routes of this protocol. */
    List<Route> routes();

    /**
     * The port closes: sessions that have no socket at the moment end now. Those that have one are
     * told through it. <b>Thread:</b> any.
     */
    default void onStop() {}
}
