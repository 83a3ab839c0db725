/** HTTP the other way round: calls to webhooks, and to whoever is asked to come. */
@NullMarked
package dev.resound.core.calls;

import org.jspecify.annotations.NullMarked;
