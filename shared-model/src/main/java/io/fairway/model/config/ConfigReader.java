package io.fairway.model.config;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.opendaylight.yangtools.yang.model.api.EffectiveModelContext;

/**
 * Reads a configuration file: RFC 7951 JSON, checked against Fairway's YANG modules, then against what they cannot say.
 * For start-up and the command line; allocates freely, has no state.
 */
public final class ConfigReader {
    private static final Pattern POSITION = Pattern.compile(" at line (\\d+) column (\\d+)");

    private ConfigReader() {}

    /**
     * The authority that this file describes.
     *
     * @throws ConfigException with one sentence per fault if the file cannot be read or is wrong
     */
    public static Authority read(final Path file) throws ConfigException {
        try {
            return parse(
                    Files.readString(file, StandardCharsets.UTF_8),
                    file.toAbsolutePath().getParent());
        } catch (final NoSuchFileException e) {
            throw new ConfigException(List.of(file + ": expected a configuration file, found nothing."));
        } catch (final AccessDeniedException e) {
            throw new ConfigException(List.of(file + ": expected a file that may be read, found no permission."));
        } catch (final CharacterCodingException e) {
            throw new ConfigException(List.of(file + ": expected text in UTF-8, found other bytes."));
        } catch (final IOException e) {
            throw new ConfigException(List.of(file + ": expected a readable file, found: " + e.getMessage() + "."));
        }
    }

    /**
     * The authority that this text describes; files that it names are seen from the working directory.
     *
     * @throws ConfigException with one sentence per fault if the text is wrong
     */
    public static Authority parse(final String json) throws ConfigException {
        return parse(json, Path.of("").toAbsolutePath());
    }

    private static Authority parse(final String json, final Path directory) throws ConfigException {
        final JsonElement root = syntax(json);
        final EffectiveModelContext context = YangModel.get().context();
        final Faults faults = new Faults();
        InstanceCheck.check(context, root, faults);
        faults.throwIfAny();
        YangModel.get().parse(json, faults);
        faults.throwIfAny();
        final Instance authority = new Instance(
                "/authority",
                root.getAsJsonObject().getAsJsonObject(YangModel.ROOT_MODULE + ":authority"),
                InstanceCheck.rootSchema(context));
        AuthorityRules.check(authority, faults);
        faults.throwIfAny();
        return AuthorityBuilder.build(authority, directory);
    }

    private static JsonElement syntax(final String json) throws ConfigException {
        try (JsonReader reader = new JsonReader(new StringReader(json))) {
            reader.setStrictness(Strictness.STRICT);
            final JsonElement root = JsonParser.parseReader(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new MalformedJsonException("Something follows the end at line " + lines(json) + " column 1");
            }
            return root;
        } catch (final JsonParseException | IOException e) {
            throw new ConfigException(List.of(syntaxFault(json, e)));
        }
    }

    private static String syntaxFault(final String json, final Exception fault) {
        final Throwable cause = fault.getCause() == null ? fault : fault.getCause();
        final Matcher matcher = POSITION.matcher(String.valueOf(cause.getMessage()));
        if (cause instanceof EOFException || !matcher.find()) {
            return "line " + lines(json) + ": expected JSON, found the end of the file in the middle of it.";
        }
        return "line " + matcher.group(1) + ", column " + matcher.group(2) + ": expected JSON, found something else.";
    }

    private static long lines(final String json) {
        return json.lines().count();
    }
}
