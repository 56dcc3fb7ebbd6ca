// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.SecretSource;
import dev.varve.api.spi.SharedObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserObjectsTest {
    /** Made by openssl enc -aes-256-cbc from the text, with a key of 32 letters k and an iv of 16 letters v. */
    private static final String ENCRYPTED = "sR6PyQBcEDWaYKIEvI3UVQ==";
    private static final String KEY = "secret,id=master,format=base64,"
            + "data=a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=";
    private static final String IV = "dnZ2dnZ2dnZ2dnZ2dnZ2dg==";

    private final BlockLayer layer = BlockLayer.load();

    private SecretSource objects(String... texts) throws BlockException {
        return UserObjects.of(layer, List.of(texts));
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void secret_withDataInTheClear_isFoundByItsId() throws Exception {
        assertArrayEquals(text("a,b"), objects("secret,id=sec0,data=a,,b").find("sec0").orElseThrow());
    }

    @Test
    void secret_inJson_isFoundByItsId() throws Exception {
        SecretSource found = objects("{\"qom-type\":\"secret\",\"id\":\"sec0\",\"data\":\"x\"}");
        assertArrayEquals(text("x"), found.find("sec0").orElseThrow());
    }

    @Test
    void secret_ofAFile_hasAllOfItsBytes(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "line\n");
        assertArrayEquals(text("line\n"), objects("secret,id=s,file=" + file).find("s").orElseThrow());
    }

    @Test
    void secret_encryptedByAMasterKey_isDecrypted() throws Exception {
        SecretSource found = objects(KEY, "secret,id=s,keyid=master,format=base64,iv=" + IV + ",data=" + ENCRYPTED);
        assertArrayEquals(text("hunter2"), found.find("s").orElseThrow());
    }

    @Test
    void secret_encryptedWithAnotherKey_isRefused() {
        String other = KEY.replace("a2tr", "a2tq");
        assertThrows(BlockException.class,
                () -> objects(other, "secret,id=s,keyid=master,format=base64,iv=" + IV + ",data=" + ENCRYPTED));
    }

    @Test
    void find_ofAnUnknownId_isEmpty() throws Exception {
        assertTrue(objects("iothread,id=t0").find("t0").isEmpty());
    }

    @Test
    void find_twice_givesCopies() throws Exception {
        SecretSource found = objects("secret,id=s,data=x");
        found.find("s").orElseThrow()[0] = 0;
        assertArrayEquals(text("x"), found.find("s").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret,data=x", "secret,id=s", "secret,id=s,data=x,file=y", "secret,id=s,data=x,iv=y",
        "secret,id=s,data=x,format=hex", "secret,id=s,data=%,format=base64", "no-such-kind,id=g", "id=s",
        "throttle-group,id=g,x-iops-total=1,limits.iops-read=1", "throttle-group,id=g,x-iops=1",
        "secret,id=s,data=x,keyid=missing", "secret,id=s,data=x,colour=red"})
    void object_withAFault_isRefused(String object) {
        BlockException refused = assertThrows(BlockException.class, () -> objects(object));
        assertTrue(refused.kind() == ErrorKind.INVALID_OPTION || refused.kind() == ErrorKind.NOT_FOUND,
                refused.getMessage());
    }

    @Test
    void throttleGroup_withLimits_isGivenToTheGraph() throws Exception {
        SharedObject group = UserObjects.of(layer, List.of("throttle-group,id=g,x-iops-total=5,limits.bps-read=1k"))
                .in(GraphSettings.DEFAULT).objects().get(0);
        assertEquals("g", group.id());
        assertEquals(5L, group.properties().get("limits.iops-total"));
        assertEquals(1024L, group.properties().get("limits.bps-read"));
    }

    @Test
    void object_ofAnIdInUse_isRefused() {
        BlockException refused = assertThrows(BlockException.class,
                () -> objects("secret,id=s,data=x", "secret,id=s,data=y"));
        assertEquals("an object with id 's' exists already", refused.problem());
    }
}
