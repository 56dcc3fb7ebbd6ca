// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.OpenPurpose;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a driver may ask of the graph while it opens a node. Confined to the call of {@link BlockDriver#open}. */
public interface OpenContext {
    /**
     * The name the node will have.
     *
     * @return unique in the graph
     */
    NodeName nodeName();

    /**
     * The driver's own options, checked against {@link BlockDriver#options()}. Children are not among them.
     *
     * @return never null
     */
    Options options();

    /**
     * The options that every node has.
     *
     * @return never null
     */
    NodeSettings settings();

    /**
     * What the image is opened for.
     *
     * @return the same for every node of a graph
     */
    default OpenPurpose purpose() {
        return OpenPurpose.CONTENT;
    }

    /**
     * The bytes of a secret.
     *
     * @param id what an option such as {@code key-secret} names
     * @return a copy, which the driver wipes
     * @throws BlockException of kind NOT_FOUND that names it
     */
    default byte[] secret(String id) throws BlockException {
        throw BlockException.noSecret(id);
    }

    /**
     * An object that nodes share.
     *
     * @param kind the name of an {@link ObjectKind} of the driver's
     * @param id what the node's option calls it
     * @return the object; the same for every node that names it
     * @throws BlockException of kind NOT_FOUND that names it
     */
    default SharedObject object(String kind, String id) throws BlockException {
        throw BlockException.noObject(kind, id);
    }

    /**
     * Where the node tells of events.
     *
     * @return may be kept while the node is open
     */
    NodeEvents events();

    /**
     * Opens the child that the configuration names and attaches it with QEMU's default permissions for its roles
     * ({@link PermissionPolicy#forRoles}). The edge can be used at once.
     *
     * @param edge the child's name: an option of type CHILD
     * @param roles what it is for the node
     * @return the edge
     * @throws IOException if the child is missing in the configuration or cannot be opened
     */
    BlockChild attach(String edge, Set<ChildRole> roles) throws IOException;

    /**
     * As {@link #attach(String, Set)} with permissions of the driver's own.
     *
     * @param edge the child's name: an option of type CHILD
     * @param roles what it is for the node
     * @param policy which permissions the edge uses and shares, given those of the node's parents
     * @return the edge
     * @throws IOException if the child is missing in the configuration or cannot be opened
     */
    BlockChild attach(String edge, Set<ChildRole> roles, PermissionPolicy policy) throws IOException;

    /**
     * The children that the configuration lists under an option of type {@link OptionType#CHILDREN}.
     *
     * @param option its name
     * @return the names to {@link #attach} them by, in the order of the list; empty where the option is left out
     */
    default List<String> childNames(String option) {
        return List.of();
    }

    /**
     * The edge {@code backing} of role COW. The configuration's {@code backing} comes first ({@code null} there means
     * none), then the reference found in the image, which passes the caller's reference policy. The backing file is
     * opened and attached after {@link BlockDriver#open} has returned: the edge must not be used before that.
     *
     * @param found the name that the image holds, if it holds one
     * @return the edge; stays without a node where there is no backing file
     * @throws IOException if the configuration or the policy forbids the reference
     */
    BlockChild attachBacking(Optional<ImageReference> found) throws IOException;

    /**
     * As {@link #attach(String, Set)} for a child that the configuration may name and the image names otherwise. A
     * reference found in the image passes the caller's reference policy.
     *
     * @param edge the child's name: an option of type CHILD
     * @param roles what it is for the node
     * @param found the name that the image holds, if it holds one
     * @return the edge
     * @throws IOException if neither names it, the policy forbids it, or it cannot be opened
     */
    default BlockChild attach(String edge, Set<ChildRole> roles, Optional<ImageReference> found) throws IOException {
        return attach(edge, roles);
    }

    /**
     * As {@link #attach(String, Set, PermissionPolicy)} for a child that an option of the driver names as users name
     * disks, where the configuration has no definition of it.
     *
     * @param edge the child's name: an option of type CHILD
     * @param roles what it is for the node
     * @param policy which permissions the edge uses and shares
     * @param name what the option says: a file name, {@code protocol:...} or {@code json:...}; empty where it is left
     *         out
     * @return the edge
     * @throws IOException if neither names the child or it cannot be opened
     */
    default BlockChild attachNamed(String edge, Set<ChildRole> roles, PermissionPolicy policy, Optional<String> name)
            throws IOException {
        return attach(edge, roles, policy);
    }
}
