/** What MentraOS devices speak: paths, claims, words. */
@NullMarked
package dev.resound.sessions.mentraos;

import org.jspecify.annotations.NullMarked;
