// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A volume's facts, with the keys and in the order of {@code qemu-img info} ({@code QCryptoBlockInfoLUKS}). */
public final class LuksInfo {
    private LuksInfo() {
    }

    /**
     * The facts of a header.
     *
     * @param header a header
     * @param format the name of the encryption where the image format has several
     * @return values are String, Long, Boolean, List or Map of the same
     */
    public static Map<String, Object> of(LuksHeader header, Optional<String> format) {
        Map<String, Object> facts = new LinkedHashMap<>();
        CipherSpec cipher = header.cipher();
        facts.put("ivgen-alg", cipher.iv().text());
        facts.put("hash-alg", header.hash().text());
        facts.put("cipher-alg", cipher.algorithm().text());
        facts.put("uuid", header.uuid());
        cipher.ivHash().filter(hash -> cipher.iv() == IvAlgorithm.ESSIV)
                .ifPresent(hash -> facts.put("ivgen-hash-alg", hash.text()));
        format.ifPresent(name -> facts.put("format", name));
        facts.put("cipher-mode", cipher.mode().text());
        List<Map<String, Object>> slots = new ArrayList<>();
        header.slots().forEach(slot -> slots.add(ofSlot(slot)));
        facts.put("slots", slots);
        facts.put("payload-offset", header.payloadOffset());
        facts.put("master-key-iters", header.digestIterations());
        return facts;
    }

    private static Map<String, Object> ofSlot(KeySlot slot) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("active", slot.active());
        if (slot.active()) {
            facts.put("iters", slot.iterations());
        }
        facts.put("key-offset", slot.materialSector() * SectorCipher.SECTOR);
        if (slot.active()) {
            facts.put("stripes", (long) KeySlot.STRIPES);
        }
        return facts;
    }
}
