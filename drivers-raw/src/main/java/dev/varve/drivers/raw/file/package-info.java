// SPDX-License-Identifier: Apache-2.0
/**
 * The protocols {@code file} and {@code host_device}: a node ({@code FileNode}) over an open file ({@code HostFile})
 * that is reached by Linux' own calls ({@code NativeFile}, {@code LinuxCalls}) or by {@code java.nio}
 * ({@code ChannelFile}).
 */
package dev.varve.drivers.raw.file;
