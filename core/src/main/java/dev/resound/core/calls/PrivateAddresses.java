package dev.resound.core.calls;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Addresses that are not on the public Internet: behind them is what only this machine or its
 * network can reach.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry/">IANA special-purpose
 *     addresses, IPv4</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry/">and IPv6</a>
 */
final class PrivateAddresses {
    private static final int IPV4_BYTES = 4;

    private PrivateAddresses() {}

    static boolean contain(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return true;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet6Address ? containIpv6(bytes) : containIpv4(bytes);
    }

    private static boolean containIpv4(byte[] bytes) {
        int first = bytes[0] & 0xFF;
        int second = bytes[1] & 0xFF;
        int third = bytes[2] & 0xFF;
        return first == 0 // "this network"
                || (first == 100 && (second & 0xC0) == 64) // carrier-grade NAT, RFC 6598
                || (first == 192 && second == 0 && third == 0) // protocol assignments
                || (first == 198 && (second & 0xFE) == 18) // benchmarks, RFC 2544
                || first >= 240; // reserved, and broadcast
    }

    private static boolean containIpv6(byte[] bytes) {
        if ((bytes[0] & 0xFE) == 0xFC) {
            return true; // unique local, RFC 4193
        }
        if (startsWith(bytes, 0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01)) {
            return true; // NAT64 within a network, RFC 8215
        }
        // An IPv4 address inside is where a gateway would go.
        if (startsWith(bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                || startsWith(bytes, 0x00, 0x64, 0xFF, 0x9B)) { // compatible; NAT64, RFC 6052
            return contains(Arrays.copyOfRange(bytes, 12, 16));
        }
        return startsWith(bytes, 0x20, 0x02) // 6to4, RFC 3056
                && contains(Arrays.copyOfRange(bytes, 2, 2 + IPV4_BYTES));
    }

    private static boolean startsWith(byte[] bytes, int... prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if ((bytes[i] & 0xFF) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean contains(byte[] ipv4) {
        try {
            return contain(InetAddress.getByAddress(ipv4));
        } catch (UnknownHostException impossible) {
            throw new AssertionError("four bytes are an address", impossible);
        }
    }
}
