// SPDX-License-Identifier: Apache-2.0
/** The runtime as an OSGi bundle. The only package that knows OSGi; elsewhere it is never loaded. */
@NullMarked
package dev.varve.runtime.osgi;

import org.jspecify.annotations.NullMarked;
