package dev.resound.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback address nobody has at this moment. Below the ephemeral ones: a server that
 * is stopped and started again finds its port as it left it.
 */
final class FreePorts {
    private static final int FIRST_FOR_CLUSTER = 15_000;
    private static final int LAST_FOR_CLUSTER = 22_000; // with its other one below the ephemeral
    private static final int BUS_DISTANCE = 10_000;
    private static final int LAST = 25_000; // from here on are the other ones of a cluster's

    private FreePorts() {}

    static int one() {
        int port;
        do {
            port = ThreadLocalRandom.current().nextInt(LAST_FOR_CLUSTER, LAST);
        } while (!isFree(port));
        return port;
    }

    /** One for a server of a cluster, which takes another for itself: 10 000 above. */
    static int oneForCluster() {
        int port;
        do {
            port = ThreadLocalRandom.current().nextInt(FIRST_FOR_CLUSTER, LAST_FOR_CLUSTER);
        } while (!isFree(port) || !isFree(port + BUS_DISTANCE));
        return port;
    }

    private static boolean isFree(int port) {
        try {
            bound(port).close();
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static ServerSocket bound(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }
}
