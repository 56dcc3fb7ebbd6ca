// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** The own dependencies and modules of one pom.xml; what it inherits is in its parent's. */
record Pom(List<Dependency> dependencies, List<String> modules) {
    /**
     * One dependency.
     *
     * @param group its groupId
     * @param artifact its artifactId
     * @param scope the scope written here; "compile" when none is
     */
    record Dependency(String group, String artifact, String scope) {
        boolean ours() {
            return group.equals("dev.varve");
        }

        /** The last part of the folder of one of our modules. */
        String folder() {
            return artifact.substring("varve-".length());
        }
    }

    static Pom read(Path file) throws IOException {
        try {
            Element project = DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getDocumentElement();
            List<Dependency> dependencies = new ArrayList<>();
            for (Element list : children(project, "dependencies")) {
                for (Element element : children(list, "dependency")) {
                    dependencies.add(new Dependency(
                            text(element, "groupId", ""),
                            text(element, "artifactId", ""),
                            text(element, "scope", "compile")));
                }
            }
            List<String> modules = children(project, "modules").stream()
                    .flatMap(list -> children(list, "module").stream())
                    .map(Element::getTextContent)
                    .toList();
            return new Pom(dependencies, modules);
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("not a pom: " + file, e);
        }
    }

    private static String text(Element parent, String name, String otherwise) {
        List<Element> found = children(parent, name);
        return found.isEmpty() ? otherwise : found.getFirst().getTextContent().strip();
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }
}
