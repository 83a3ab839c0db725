/**
 * HTTP as protocols see it: whole requests in, whole responses out. Parsing and limits are the
 * transport's.
 */
@NullMarked
package dev.resound.core.http;

import org.jspecify.annotations.NullMarked;
