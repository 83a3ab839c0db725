package dev.resound.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where connections come from. One local address has some 28 000 ports towards one server; on
 * loopback there are more addresses, so a big crowd comes from 127.0.0.1, 127.0.0.2, ….
 */
final class SourceAddresses {

    private static final Path PORT_RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final int USUAL_PORTS = 28_232;

    private final int perAddress;

    /**
     * @param ports how many one address has; a tenth is left to others
     */
    SourceAddresses(int ports) {
        perAddress = ports - ports / 10;
    }

    static SourceAddresses ofThisMachine() {
        try {
            return new SourceAddresses(portsIn(ProcFile.read(PORT_RANGE)));
        } catch (IOException noLinux) {
            return new SourceAddresses(USUAL_PORTS);
        }
    }

    static int portsIn(String range) {
        String[] ends = range.trim().split("\\s+", -1);
        return Integer.parseInt(ends[1]) - Integer.parseInt(ends[0]) + 1;
    }

    /**
     * @return null: any address will do
     * @throws CannotRunException more connections than ports, and no loopback to find more
     */
    @Nullable InetSocketAddress of(int index, Target.Address target) {
        if (index < perAddress) {
            return null;
        }
        if (!target.isLoopbackIpv4()) {
            throw new CannotRunException(
                    "This machine has ports for "
                            + perAddress
                            + " connections to "
                            + target.authority()
                            + ": ask for fewer, or run on the server's machine.");
        }
        return new InetSocketAddress("127.0.0." + (1 + index / perAddress), 0);
    }
}
