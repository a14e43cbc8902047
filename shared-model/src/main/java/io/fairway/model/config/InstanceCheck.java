package io.fairway.model.config;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.opendaylight.yangtools.yang.common.QName;
import org.opendaylight.yangtools.yang.model.api.CaseSchemaNode;
import org.opendaylight.yangtools.yang.model.api.ChoiceSchemaNode;
import org.opendaylight.yangtools.yang.model.api.ContainerSchemaNode;
import org.opendaylight.yangtools.yang.model.api.DataNodeContainer;
import org.opendaylight.yangtools.yang.model.api.DataSchemaNode;
import org.opendaylight.yangtools.yang.model.api.EffectiveModelContext;
import org.opendaylight.yangtools.yang.model.api.ElementCountConstraintAware;
import org.opendaylight.yangtools.yang.model.api.LeafListSchemaNode;
import org.opendaylight.yangtools.yang.model.api.LeafSchemaNode;
import org.opendaylight.yangtools.yang.model.api.ListSchemaNode;
import org.opendaylight.yangtools.yang.model.api.TypeDefinition;
import org.opendaylight.yangtools.yang.model.api.TypedDataSchemaNode;
import org.opendaylight.yangtools.yang.model.api.type.BooleanTypeDefinition;
import org.opendaylight.yangtools.yang.model.api.type.LeafrefTypeDefinition;
import org.opendaylight.yangtools.yang.model.api.type.RangeRestrictedTypeDefinition;
import org.opendaylight.yangtools.yang.model.util.SchemaInferenceStack;

/**
 * Walks instance data beside the YANG modules and names every fault that needs no knowledge of what the data mean:
 * unknown names, wrong types, missing nodes, duplicate keys, too many entries. Fills in the modules' defaults.
 * yangtools' own JSON parser stops at its first fault and does not say where; so this walk speaks first.
 */
final class InstanceCheck {
    private static final String NOTHING = "nothing";

    private final SchemaInferenceStack stack;
    private final Faults faults;

    private InstanceCheck(final EffectiveModelContext context, final Faults faults) {
        stack = SchemaInferenceStack.of(context);
        this.faults = faults;
    }

    /** Adds the faults in this tree; if there is none, its defaults are filled in. */
    static void check(final EffectiveModelContext context, final JsonElement root, final Faults faults) {
        new InstanceCheck(context, faults).root(context, root);
    }

    /** The root container's YANG node. */
    static ContainerSchemaNode rootSchema(final EffectiveModelContext context) {
        return (ContainerSchemaNode) context.getDataDefinitions().stream()
                .filter(node -> node.getQName().getLocalName().equals("authority"))
                .findFirst()
                .orElseThrow();
    }

    private void root(final EffectiveModelContext context, final JsonElement root) {
        final String member = YangModel.ROOT_MODULE + ":authority";
        if (!root.isJsonObject() || !root.getAsJsonObject().has(member)) {
            faults.add("", "an object with the member \"" + member + "\"", "something else");
            return;
        }
        for (final String name : root.getAsJsonObject().keySet()) {
            if (!name.equals(member)) {
                faults.add("/" + name, "only " + member, "an unknown name");
            }
        }
        child("/authority", rootSchema(context), root.getAsJsonObject().get(member));
    }

    private void child(final String path, final DataSchemaNode schema, final JsonElement value) {
        stack.enterDataTree(schema.getQName());
        switch (schema) {
            case LeafSchemaNode leaf -> leaf(path, leaf, value);
            case LeafListSchemaNode leafList -> leafList(path, leafList, value);
            case ListSchemaNode list -> list(path, list, value);
            case ContainerSchemaNode container -> container(path, container, value);
            default -> throw new IllegalStateException("the modules use a node that is not handled: " + schema);
        }
        stack.exitToDataTree();
    }

    private void container(final String path, final DataNodeContainer schema, final JsonElement value) {
        if (!value.isJsonObject()) {
            faults.add(path, "an object", Expectation.found(value));
            return;
        }
        final JsonObject object = value.getAsJsonObject();
        final Map<String, DataSchemaNode> children = new LinkedHashMap<>();
        for (final DataSchemaNode child : schema.getChildNodes()) {
            if (child instanceof final ChoiceSchemaNode choice) {
                choice(path, choice, object, children);
            } else {
                children.put(name(child), child);
                complete(path, child, object);
            }
        }
        for (final Map.Entry<String, JsonElement> member : object.entrySet()) {
            final DataSchemaNode child = children.get(member.getKey());
            if (child == null) {
                final String known = String.join(", ", new TreeSet<>(children.keySet()));
                faults.add(path + '/' + member.getKey(), "one of " + known, "an unknown name");
            } else {
                child(path + '/' + member.getKey(), child, member.getValue());
            }
        }
    }

    private void choice(
            final String path,
            final ChoiceSchemaNode choice,
            final JsonObject object,
            final Map<String, DataSchemaNode> children) {
        final List<CaseSchemaNode> chosen = new ArrayList<>();
        for (final CaseSchemaNode way : choice.getCases()) {
            boolean taken = false;
            for (final DataSchemaNode child : way.getChildNodes()) {
                children.put(name(child), child);
                taken |= object.has(name(child));
            }
            if (taken) {
                chosen.add(way);
                way.getChildNodes().forEach(child -> complete(path, child, object));
            }
        }
        if (chosen.size() > 1 || chosen.isEmpty() && choice.isMandatory()) {
            faults.add(
                    path, "one of " + firstNames(choice.getCases()), chosen.isEmpty() ? NOTHING : firstNames(chosen));
        }
    }

    private static String firstNames(final Iterable<? extends CaseSchemaNode> cases) {
        final List<String> names = new ArrayList<>();
        cases.forEach(way -> names.add(name(way.getChildNodes().iterator().next())));
        return names.stream().sorted().collect(Collectors.joining(", "));
    }

    /** Says what is missing, or fills in its default. */
    private void complete(final String path, final DataSchemaNode child, final JsonObject object) {
        if (object.has(name(child))) {
            return;
        }
        final String childPath = path + '/' + name(child);
        switch (child) {
            case LeafSchemaNode leaf
            when leaf.isMandatory() -> {
                stack.enterDataTree(leaf.getQName());
                faults.add(childPath, Expectation.of(type(leaf)), NOTHING);
                stack.exitToDataTree();
            }
            case LeafSchemaNode leaf ->
                leaf.getType()
                        .getDefaultValue()
                        .ifPresent(value -> object.add(name(leaf), json(leaf.getType(), value.toString())));
            case ContainerSchemaNode container
            when !container.isPresenceContainer() -> object.add(name(container), new JsonObject());
            case ElementCountConstraintAware counted -> count(childPath, counted, 0);
            default -> {
                // An absent presence container means that its feature is not wanted.
            }
        }
    }

    private static JsonPrimitive json(final TypeDefinition<?> type, final String value) {
        return switch (type) {
            case RangeRestrictedTypeDefinition<?, ?> number -> new JsonPrimitive(Long.valueOf(value));
            case BooleanTypeDefinition flag -> new JsonPrimitive(Boolean.valueOf(value));
            default -> new JsonPrimitive(value);
        };
    }

    private void leaf(final String path, final TypedDataSchemaNode schema, final JsonElement value) {
        final TypeDefinition<?> type = type(schema);
        if (!Expectation.accepts(type, value)) {
            faults.add(path, Expectation.of(type), Expectation.found(type, value));
        }
    }

    private TypeDefinition<?> type(final TypedDataSchemaNode schema) {
        return schema.getType() instanceof final LeafrefTypeDefinition reference
                ? stack.resolveLeafref(reference)
                : schema.getType();
    }

    private void leafList(final String path, final LeafListSchemaNode schema, final JsonElement value) {
        final Set<JsonElement> seen = new HashSet<>();
        int position = 0;
        for (final JsonElement entry : array(path, schema, value)) {
            position++;
            leaf(path + '[' + position + ']', schema, entry);
            if (!seen.add(entry)) {
                faults.add(path + '[' + position + ']', "a value that is not listed before", Expectation.found(entry));
            }
        }
    }

    private void list(final String path, final ListSchemaNode schema, final JsonElement value) {
        final String parentPath = path.substring(0, path.lastIndexOf('/' + name(schema)));
        final Set<List<JsonElement>> seen = new HashSet<>();
        int position = 0;
        for (final JsonElement entry : array(path, schema, value)) {
            position++;
            final String entryPath = Instance.entryPath(parentPath, schema, entry, position);
            if (entry.isJsonObject() && hasKeys(path + '[' + position + ']', schema, entry.getAsJsonObject())) {
                if (!seen.add(keys(schema, entry.getAsJsonObject()))) {
                    faults.add(entryPath, "one entry with this key", "another at position " + position);
                }
            }
            container(entryPath, schema, entry);
        }
    }

    private boolean hasKeys(final String path, final ListSchemaNode schema, final JsonObject entry) {
        boolean complete = true;
        for (final QName key : schema.getKeyDefinition()) {
            final LeafSchemaNode leaf = (LeafSchemaNode) schema.getDataChildByName(key);
            // RFC 7950 section 7.8.2: every key leaf must be there; a mandatory one is named elsewhere.
            if (!entry.has(key.getLocalName()) && !leaf.isMandatory()) {
                stack.enterDataTree(key);
                faults.add(path + '/' + key.getLocalName(), Expectation.of(type(leaf)), NOTHING);
                stack.exitToDataTree();
            }
            complete &= entry.has(key.getLocalName());
        }
        return complete;
    }

    private static List<JsonElement> keys(final ListSchemaNode schema, final JsonObject entry) {
        return schema.getKeyDefinition().stream()
                .map(key -> entry.get(key.getLocalName()))
                .toList();
    }

    private JsonArray array(final String path, final ElementCountConstraintAware schema, final JsonElement value) {
        if (!value.isJsonArray()) {
            faults.add(path, "an array", value instanceof JsonNull ? "null" : Expectation.found(value));
            return new JsonArray();
        }
        count(path, schema, value.getAsJsonArray().size());
        return value.getAsJsonArray();
    }

    private void count(final String path, final ElementCountConstraintAware schema, final int size) {
        schema.getElementCountConstraint().ifPresent(limit -> {
            if (limit.getMinElements() != null && size < limit.getMinElements()) {
                faults.add(path, "at least " + limit.getMinElements() + " of them", size == 0 ? NOTHING : "" + size);
            }
            if (limit.getMaxElements() != null && size > limit.getMaxElements()) {
                faults.add(path, "at most " + limit.getMaxElements() + " of them", "" + size);
            }
        });
    }

    private static String name(final DataSchemaNode schema) {
        return schema.getQName().getLocalName();
    }
}
