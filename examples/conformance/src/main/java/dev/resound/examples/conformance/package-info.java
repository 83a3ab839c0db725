/** A server that third-party protocol suites can be aimed at, on Resound's public API only. */
@NullMarked
package dev.resound.examples.conformance;

import org.jspecify.annotations.NullMarked;
