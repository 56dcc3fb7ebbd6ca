// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.quorum;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the children answered to one read. Confined to one thread. */
final class Ballot {
    /**
     * One answer.
     *
     * @param child the number of the child
     * @param content what it read, from position to limit; null where it failed
     * @param failure why it failed
     */
    record Vote(int child, @Nullable ByteBuffer content, @Nullable IOException failure) {}

    private final List<Vote> votes = new ArrayList<>();

    void read(int child, ByteBuffer content) {
        votes.add(new Vote(child, content, null));
    }

    void failed(int child, IOException failure) {
        votes.add(new Vote(child, null, failure));
    }

    List<Vote> failures() {
        return votes.stream().filter(vote -> vote.failure != null).toList();
    }

    int successes() {
        return (int) votes.stream().filter(vote -> vote.content != null).count();
    }

    /** Whether those that answered all said the same. */
    boolean isUnanimous() {
        return versions().size() <= 1;
    }

    /** Those who said the same, the largest group first, of equal ones that of the first child. */
    List<List<Vote>> versions() {
        List<List<Vote>> versions = new ArrayList<>();
        for (Vote vote : votes) {
            if (vote.content != null) {
                version(versions, vote.content).add(vote);
            }
        }
        versions.sort((a, b) -> Integer.compare(b.size(), a.size()));
        return versions;
    }

    private static List<Vote> version(List<List<Vote>> versions, ByteBuffer content) {
        for (List<Vote> version : versions) {
            ByteBuffer known = version.get(0).content;
            if (known != null && known.mismatch(content) < 0) {
                return version;
            }
        }
        List<Vote> made = new ArrayList<>();
        versions.add(made);
        return made;
    }
}
