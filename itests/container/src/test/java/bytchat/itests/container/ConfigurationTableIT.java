package bytchat.itests.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * {@code docs/configuration.md} lists what the bundles of the distribution declare. When it does not, the test says so; run it with
 * {@code -Dbytchat.docs.write=true} to have the list written anew.
 */
class ConfigurationTableIT {
    private static final Path PAGE = Path.of("..", "..", "docs", "configuration.md");
    private static final String BEGIN = "<!-- from the bundles -->";

    @Test
    void thePageListsWhatTheBundlesDeclare() throws Exception {
        String page = Files.readString(PAGE);
        String head = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
        String wanted = head + "\n" + tables();
        if (Boolean.getBoolean("bytchat.docs.write")) {
            Files.writeString(PAGE, wanted);
        }
        assertThat(Files.readString(PAGE)).as("docs/configuration.md, which -Dbytchat.docs.write=true writes anew").isEqualTo(wanted);
    }

    private static String tables() throws Exception {
        Map<String, String> byPid = new TreeMap<>();
        Path home = ContainerExtension.distribution().home();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path jar : files.filter(file -> file.getFileName().toString().matches("bytchat\\..*\\.jar")).sorted().toList()) {
                try (JarFile file = new JarFile(jar.toFile())) {
                    for (JarEntry entry : file.stream().filter(e -> e.getName().matches("OSGI-INF/metatype/.*\\.xml")).toList()) {
                        try (InputStream xml = file.getInputStream(entry)) {
                            read(DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(xml), byPid);
                        }
                    }
                }
            }
        }
        return String.join("", byPid.values());
    }

    private static void read(Document document, Map<String, String> byPid) {
        Map<String, Element> classes = new TreeMap<>();
        elements(document, "OCD").forEach(ocd -> classes.put(ocd.getAttribute("id"), ocd));
        for (Element designate : elements(document, "Designate")) {
            boolean factory = designate.hasAttribute("factoryPid");
            String pid = designate.getAttribute(factory ? "factoryPid" : "pid");
            Element object = (Element) designate.getElementsByTagName("Object").item(0);
            byPid.put(pid, table(factory ? pid + "~NAME" : pid, classes.get(object.getAttribute("ocdref"))));
        }
    }

    private static String table(String pid, Element ocd) {
        StringBuilder text = new StringBuilder("\n## `" + pid + "`\n" + ocd.getAttribute("name")
                + (ocd.getAttribute("description").isEmpty() ? "" : ": " + ocd.getAttribute("description")) + "\n\n");
        List<Element> attributes = elements(ocd, "AD");
        if (attributes.isEmpty()) {
            return text + "It has no properties: where there is a configuration, the part is turned on.\n";
        }
        text.append("| Property | Type | Default | Meaning |\n|---|---|---|---|\n");
        for (Element attribute : attributes) {
            boolean many = !attribute.getAttribute("cardinality").isEmpty() && !attribute.getAttribute("cardinality").equals("0");
            String meaning = attribute.getAttribute("description").isEmpty() ? attribute.getAttribute("name")
                    : attribute.getAttribute("description");
            text.append("| `").append(attribute.getAttribute("id")).append("` | ")
                    .append(attribute.getAttribute("type").toLowerCase(java.util.Locale.ROOT)).append(many ? ", several" : "").append(" | ")
                    .append(cell(attribute.getAttribute("default"))).append(" | ").append(cell(meaning)).append(" |\n");
        }
        return text.toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\\,", ",").replace("\n", " ");
    }

    private static List<Element> elements(org.w3c.dom.Node parent, String name) {
        NodeList found = parent instanceof Document document ? document.getElementsByTagName(name)
                : ((Element) parent).getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }
}
