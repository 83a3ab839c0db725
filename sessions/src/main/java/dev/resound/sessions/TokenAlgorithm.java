package dev.resound.sessions;

/**
 * How tokens are signed (RFC 7518, section 3.1). It is said by the configuration; what a token says
 * of itself is only compared with it.
 */
public enum TokenAlgorithm {
    /** HMAC with SHA-256: who can verify can sign. */
    HS256,

    /** RSA, PKCS #1 v1.5, with SHA-256. */
    RS256,

    /** ECDSA on the curve P-256 with SHA-256. */
    ES256
}
