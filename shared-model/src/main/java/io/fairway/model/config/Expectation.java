package io.fairway.model.config;

import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.Optional;
import java.util.stream.Collectors;
import org.opendaylight.yangtools.yang.data.impl.codec.TypeDefinitionAwareCodec;
import org.opendaylight.yangtools.yang.model.api.TypeDefinition;
import org.opendaylight.yangtools.yang.model.api.type.BooleanTypeDefinition;
import org.opendaylight.yangtools.yang.model.api.type.EnumTypeDefinition;
import org.opendaylight.yangtools.yang.model.api.type.PatternConstraint;
import org.opendaylight.yangtools.yang.model.api.type.RangeConstraint;
import org.opendaylight.yangtools.yang.model.api.type.RangeRestrictedTypeDefinition;
import org.opendaylight.yangtools.yang.model.api.type.StringTypeDefinition;
import org.opendaylight.yangtools.yang.model.api.type.UnionTypeDefinition;

/** What a YANG type expects, in words, and whether a JSON value is one (RFC 7951, section 6). */
final class Expectation {
    private static final String SECRET_TYPE = "key-256";
    private static final int LONGEST_SHOWN = 80;

    private Expectation() {}

    /** Whether the value is of this type, as yangtools' codec for it judges. */
    static boolean accepts(final TypeDefinition<?> type, final JsonElement value) {
        if (!(value instanceof final JsonPrimitive primitive)) {
            return false;
        }
        final boolean rightKind = type instanceof RangeRestrictedTypeDefinition
                ? primitive.isNumber()
                : type instanceof BooleanTypeDefinition ? primitive.isBoolean() : primitive.isString();
        if (!rightKind) {
            return false;
        }
        try {
            TypeDefinitionAwareCodec.from(type).deserialize(primitive.getAsString());
            return true;
        } catch (final IllegalArgumentException e) {
            return false;
        }
    }

    /** The type in words that complete "expected ...". */
    static String of(final TypeDefinition<?> type) {
        return switch (type) {
            case RangeRestrictedTypeDefinition<?, ?> number -> "a whole number" + range(number.getRangeConstraint());
            case BooleanTypeDefinition ignored -> "true or false";
            case EnumTypeDefinition choice ->
                choice.getValues().stream()
                        .map(EnumTypeDefinition.EnumPair::getName)
                        .collect(Collectors.joining(", ", "one of ", ""));
            case StringTypeDefinition text ->
                text.getPatternConstraints().stream()
                        .map(PatternConstraint::getErrorMessage)
                        .flatMap(Optional::stream)
                        .findFirst()
                        .orElse("a string");
            case UnionTypeDefinition union ->
                union.getTypes().stream().map(Expectation::of).collect(Collectors.joining(" or "));
            default -> "a value of type " + type.getQName().getLocalName();
        };
    }

    /** The value in words that complete "found ...", without showing what may be a secret. */
    static String found(final TypeDefinition<?> type, final JsonElement value) {
        if (type.getQName().getLocalName().equals(SECRET_TYPE) && value.isJsonPrimitive()) {
            return "something else of " + value.getAsString().length() + " characters";
        }
        return found(value);
    }

    /** The value in words that complete "found ...". */
    static String found(final JsonElement value) {
        if (value.isJsonObject()) {
            return "an object";
        }
        if (value.isJsonArray()) {
            return "an array";
        }
        final String text = value.toString();
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
    }

    private static String range(final Optional<? extends RangeConstraint<?>> constraint) {
        return constraint.map(c -> span(c.getAllowedRanges())).orElse("");
    }

    private static String span(final RangeSet<?> ranges) {
        final Range<?> span = ranges.span();
        return " from " + span.lowerEndpoint() + " to " + span.upperEndpoint();
    }
}
