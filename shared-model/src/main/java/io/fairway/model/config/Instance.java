package io.fairway.model.config;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.opendaylight.yangtools.yang.common.QName;
import org.opendaylight.yangtools.yang.model.api.ContainerSchemaNode;
import org.opendaylight.yangtools.yang.model.api.DataNodeContainer;
import org.opendaylight.yangtools.yang.model.api.DataSchemaNode;
import org.opendaylight.yangtools.yang.model.api.ListSchemaNode;

/**
 * A container or list entry of checked instance data, defaults filled in, with the path that people know it by.
 *
 * @param path like {@code /authority/router[name='east']}
 * @param json its members
 * @param schema its YANG node
 */
record Instance(String path, JsonObject json, DataNodeContainer schema) {
    /** The path of a list entry: by its keys where they are there, else by its position, counted from 1. */
    static String entryPath(
            final String parentPath, final ListSchemaNode list, final JsonElement entry, final int position) {
        final StringBuilder path =
                new StringBuilder(parentPath).append('/').append(list.getQName().getLocalName());
        for (final QName key : list.getKeyDefinition()) {
            final JsonElement value =
                    entry.isJsonObject() ? entry.getAsJsonObject().get(key.getLocalName()) : null;
            if (value == null || !value.isJsonPrimitive()) {
                return parentPath + '/' + list.getQName().getLocalName() + '[' + position + ']';
            }
            path.append('[').append(key.getLocalName()).append("='");
            path.append(value.getAsString()).append("']");
        }
        return path.toString();
    }

    /** The path of a child. */
    String at(final String child) {
        return path + '/' + child;
    }

    boolean has(final String leaf) {
        return json.has(leaf);
    }

    /** A leaf's text; it must be there. */
    String text(final String leaf) {
        return json.get(leaf).getAsString();
    }

    /** A leaf's text or null. */
    String textOrNull(final String leaf) {
        return has(leaf) ? text(leaf) : null;
    }

    int number(final String leaf) {
        return json.get(leaf).getAsInt();
    }

    /** A leaf's number, or what stands for none. */
    int numberOr(final String leaf, final int none) {
        return has(leaf) ? number(leaf) : none;
    }

    boolean flag(final String leaf) {
        return json.get(leaf).getAsBoolean();
    }

    /** A leaf-list's values, empty if it is not there. */
    List<String> texts(final String leafList) {
        return has(leafList)
                ? json.getAsJsonArray(leafList).asList().stream()
                        .map(JsonElement::getAsString)
                        .toList()
                : List.of();
    }

    /** A container, or null if it is not there. */
    Instance container(final String name) {
        return has(name)
                ? new Instance(at(name), json.getAsJsonObject(name), (ContainerSchemaNode) childSchema(name))
                : null;
    }

    /** A list's entries, empty if it is not there. */
    List<Instance> entries(final String name) {
        if (!has(name)) {
            return List.of();
        }
        final ListSchemaNode list = (ListSchemaNode) childSchema(name);
        final List<Instance> entries = new ArrayList<>();
        for (final JsonElement entry : json.getAsJsonArray(name)) {
            entries.add(new Instance(entryPath(path, list, entry, entries.size() + 1), entry.getAsJsonObject(), list));
        }
        return entries;
    }

    private DataSchemaNode childSchema(final String name) {
        return schema.getChildNodes().stream()
                .filter(child -> child.getQName().getLocalName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
