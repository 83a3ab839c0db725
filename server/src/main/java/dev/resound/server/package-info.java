/** The server as a program: command line, configuration, wiring. Start with {@code Main}. */
@NullMarked
package dev.resound.server;

import org.jspecify.annotations.NullMarked;
