package dev.resound.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Looks at a server's certificate as a browser would. */
final class TlsProbe {
    private static final Duration SOON = Duration.ofDays(14);
    private static final int DNS_NAME = 2; // RFC 5280, section 4.2.1.6
    private static final int IP_ADDRESS = 7;

    private final String host;
    private final int port;
    private final Instant now;

    TlsProbe(String host, int port, Instant now) {
        this.host = host;
        this.port = port;
        this.now = now;
    }

    /** Whether a client would go on, and why (not). */
    record Finding(boolean ok, String text) {}

    Finding look() throws IOException {
        try {
            X509Certificate certificate = handshake(SSLContext.getDefault(), true);
            String until = "valid until " + certificate.getNotAfter().toInstant();
            boolean soon = certificate.getNotAfter().toInstant().isBefore(now.plus(SOON));
            return new Finding(
                    true,
                    "the certificate for "
                            + String.join(", ", names(certificate))
                            + " is "
                            + until
                            + (soon ? ": renew it soon" : ""));
        } catch (SSLException refused) {
            return new Finding(false, why(refused));
        } catch (GeneralSecurityException everyJdkHasTls) {
            throw new AssertionError(everyJdkHasTls);
        }
    }

    /** Whether anything answers in TLS, with whatever certificate. */
    boolean speaksTls() {
        try {
            handshake(believingEverything(), false);
            return true;
        } catch (IOException no) {
            return false;
        }
    }

    private String why(SSLException refused) throws IOException {
        X509Certificate certificate;
        try {
            certificate = handshake(believingEverything(), false);
        } catch (SSLException noTls) {
            return "the port speaks no TLS ("
                    + Reason.of(noTls)
                    + "): use ws:// or http://, or give the server a certificate";
        }
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (until.isBefore(now)) {
            return "the certificate has expired on " + until + ": renew it";
        }
        if (from.isAfter(now)) {
            return "the certificate is valid from " + from + " on: is this clock right?";
        }
        List<String> names = names(certificate);
        if (names.stream().noneMatch(this::isForHost)) {
            return "the certificate is for "
                    + (names.isEmpty() ? "nobody" : String.join(", ", names))
                    + " and not for "
                    + host
                    + ": use that name, or another certificate";
        }
        if (certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal())) {
            return "the certificate is self-signed, and clients refuse it: use one of an authority"
                    + " they know";
        }
        return "the certificate's authority is not known ("
                + Reason.of(refused)
                + "): the file server.tls.certificate must hold the whole chain";
    }

    private boolean isForHost(String name) {
        String wanted = host.toLowerCase(Locale.ROOT);
        String pattern = name.toLowerCase(Locale.ROOT);
        int dot = wanted.indexOf('.');
        return pattern.equals(wanted)
                || (pattern.startsWith("*.")
                        && dot > 0
                        && wanted.substring(dot).equals(pattern.substring(1)));
    }

    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> alternative : alternatives) {
                    if (alternative.get(0) instanceof Integer kind
                            && (kind == DNS_NAME || kind == IP_ADDRESS)) {
                        names.add(Printable.of(String.valueOf(alternative.get(1))));
                    }
                }
            }
        } catch (CertificateParsingException malformed) {
            return names;
        }
        return names;
    }

    /** The server's own certificate. */
    private X509Certificate handshake(SSLContext context, boolean strict) throws IOException {
        int millis = Math.toIntExact(BackEnd.PATIENCE.toMillis());
        try (Socket plain = new Socket()) {
            plain.setSoTimeout(millis);
            plain.connect(new InetSocketAddress(host, port), millis);
            try (SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
                if (strict) {
                    SSLParameters parameters = socket.getSSLParameters();
                    parameters.setEndpointIdentificationAlgorithm("HTTPS");
                    socket.setSSLParameters(parameters);
                }
                socket.startHandshake();
                Certificate[] chain = socket.getSession().getPeerCertificates();
                if (chain[0] instanceof X509Certificate certificate) {
                    return certificate;
                }
                throw new SSLException("no X.509 certificate");
            }
        }
    }

    /** To read a certificate that is refused; nothing is ever sent over such a connection. */
    private static SSLContext believingEverything() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Everything()}, null);
            return context;
        } catch (GeneralSecurityException everyJdkHasTls) {
            throw new AssertionError(everyJdkHasTls);
        }
    }

    private static final class Everything extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
