package dev.resound.core.http;

/**
 * One header field.
 *
 * @param name in lower case on requests; as it is to be written on responses
 * @param value without surrounding white space
 */
public record Header(String name, String value) {}
