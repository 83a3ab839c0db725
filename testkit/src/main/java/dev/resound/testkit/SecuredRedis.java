package dev.resound.testkit;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * A real Redis that is spoken to with TLS, by whoever has a password: the default user with {@link
 * #PASSWORD}, and {@link #USER} with {@link #USER_PASSWORD}, who may do nothing but what a link of
 * a node does, on channels whose names begin with {@link #CHANNELS}. Its certificate is its own.
 *
 * <p>The {@linkplain #server() server} has a second port without TLS, for the test's own commands.
 *
 * <p><b>Thread:</b> the test's.
 */
public final class SecuredRedis implements AutoCloseable {
    /** Of the default user. Nobody outside a test has it. */
    public static final String PASSWORD = "correct-horse";

    /** One who may do what a node does. */
    public static final String USER = "node";

    /** That user's. */
    public static final String USER_PASSWORD = "battery-staple";

    /** What the channels, but for {@code resound:}, and keys of that user begin with. */
    public static final String CHANNELS = "allowed";

    private final Path directory;
    private final Path certificate;
    private final int port;
    private final RedisServer server;

    private SecuredRedis(Path directory, Path certificate, int port, RedisServer server) {
        this.directory = directory;
        this.certificate = certificate;
        this.port = port;
        this.server = server;
    }

    /** Starts one whose certificate is for {@code localhost} and {@code 127.0.0.1}. */
    public static SecuredRedis start() {
        return startNamed("dns:localhost,ip:127.0.0.1");
    }

    /**
     * Starts one whose certificate is for other names.
     *
     * @param names as keytool takes them: {@code dns:example.com,ip:127.0.0.1}
     */
    public static SecuredRedis startNamed(String names) {
        try {
            Path directory = Files.createTempDirectory("resound-tls");
            Path certificate = directory.resolve("certificate.pem");
            Path key = directory.resolve("key.pem");
            makeCertificate(directory.resolve("keys.p12"), names, certificate, key);
            int port = FreePorts.one();
            RedisServer server =
                    RedisServer.startWith(
                            "--tls-port",
                            Integer.toString(port),
                            "--tls-cert-file",
                            certificate.toString(),
                            "--tls-key-file",
                            key.toString(),
                            "--tls-ca-cert-file",
                            certificate.toString(),
                            "--tls-auth-clients",
                            "no",
                            "--requirepass",
                            PASSWORD,
                            "--user",
                            USER,
                            "on",
                            ">" + USER_PASSWORD,
                            "&resound:*",
                            "&" + CHANNELS + "*",
                            "&" + CHANNELS + ".chat.*", // a pattern has to be there literally
                            "-@all",
                            "~" + CHANNELS + "*",
                            "+@pubsub",
                            "+@connection",
                            "+@scripting",
                            "+@hash",
                            "+@set",
                            "+@sortedset",
                            "+@string",
                            "+@stream",
                            "+del",
                            "+expire",
                            "+time");
            return new SecuredRedis(directory, certificate, port, server);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void makeCertificate(Path store, String names, Path certificate, Path key)
            throws IOException {
        String password = "only-a-test";
        run(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=A test of Resound",
                "-ext",
                "san=" + names,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                password);
        try (InputStream in = new FileInputStream(store.toFile())) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, password.toCharArray());
            writePem(certificate, "CERTIFICATE", keys.getCertificate("server").getEncoded());
            writePem(
                    key, "PRIVATE KEY", keys.getKey("server", password.toCharArray()).getEncoded());
        } catch (GeneralSecurityException bug) {
            throw new AssertionError("a key store of keytool's cannot be read", bug);
        }
    }

    private static void run(String... command) throws IOException {
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said =
                    new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new AssertionError("keytool makes no certificate: " + said);
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private static void writePem(Path file, String kind, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.write(
                file, List.of("-----BEGIN " + kind + "-----", text, "-----END " + kind + "-----"));
    }

    /** Where it listens with TLS; neither user nor password are in it. */
    public String url() {
        return "rediss://127.0.0.1:" + port;
    }

    /** A PEM file with what is to be trusted. */
    public Path certificate() {
        return certificate;
    }

    /** The server behind it. What is to be executed there begins with {@code AUTH}. */
    public RedisServer server() {
        return server;
    }

    @Override
    public void close() {
        server.close();
        RedisServer.delete(directory);
    }
}
