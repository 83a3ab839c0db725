/**
 * HTTP as protocols see it: whole requests in, responses out, whole or piece by piece. Parsing and
 * limits are the transport's.
 */
@NullMarked
package dev.resound.core.http;

import org.jspecify.annotations.NullMarked;
