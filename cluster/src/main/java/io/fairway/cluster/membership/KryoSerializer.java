package io.fairway.cluster.membership;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.util.DefaultClassResolver;
import com.esotericsoftware.kryo.util.Pool;
import org.apache.pekko.serialization.JSerializer;

/**
 * Writes and reads {@link RemoteMessage}s with Kryo. Every class has a fixed id that never changes its meaning; a class
 * without one is refused, in both directions. The fields of each are written one after the other; a later release may
 * append others, which this one does not read. Any thread; a Kryo is used by one thread at a time.
 */
public final class KryoSerializer extends JSerializer {
    /** Pekko's number of this serializer; never changes. */
    private static final int IDENTIFIER = 6_704_001;

    /** Kryo's own first ids are those of the primitives, 0 to 8. */
    private static final int ASK_DELETE_ID = 16;

    private static final int DELETE_ANSWERED_ID = 17;

    private static final int NOTICE_ID = 18;

    private static final int INITIAL_BYTES = 64;
    private static final int MAX_BYTES = 64 * 1024;
    private static final int POOL_LIMIT = 4;

    private final Pool<Kryo> kryos = new Pool<>(true, false, POOL_LIMIT) {
        @Override
        protected Kryo create() {
            return newKryo();
        }
    };

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public boolean includeManifest() {
        return false;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the message's class has no id
     */
    @Override
    public byte[] toBinary(final Object message) {
        if (!(message instanceof RemoteMessage)) {
            throw new IllegalArgumentException("not a message of this router: " + message.getClass());
        }
        final Kryo kryo = kryos.obtain();
        try (Output output = new Output(INITIAL_BYTES, MAX_BYTES)) {
            kryo.writeClassAndObject(output, message);
            return output.toBytes();
        } finally {
            kryos.free(kryo);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the bytes are no message of ours
     */
    @Override
    public Object fromBinaryJava(final byte[] bytes, final Class<?> manifest) {
        final Kryo kryo = kryos.obtain();
        try (Input input = new Input(bytes)) {
            if (kryo.readClassAndObject(input) instanceof RemoteMessage message) {
                return message;
            }
            throw new IllegalArgumentException("the bytes are no message");
        } catch (final KryoException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new IllegalArgumentException("the bytes are no message of this router", e);
        } finally {
            kryos.free(kryo);
        }
    }

    /**
     * Reads nothing but our messages: no class by a name that came over the wire, and none of the classes that every
     * Kryo knows (a String's length, for one, is believed before its bytes are there).
     */
    private static final class NamelessClassResolver extends DefaultClassResolver {
        @Override
        public Registration readClass(final Input input) {
            final Registration registration = super.readClass(input);
            if (registration == null || !RemoteMessage.class.isAssignableFrom(registration.getType())) {
                throw new KryoException("not a message");
            }
            return registration;
        }

        @Override
        protected Registration readName(final Input input) {
            throw new KryoException("a class's name in place of its id");
        }
    }

    private static Kryo newKryo() {
        final Kryo kryo = new Kryo(new NamelessClassResolver(), null);
        kryo.setRegistrationRequired(true);
        kryo.setReferences(false);
        kryo.register(RemoteMessage.AskDelete.class, new AskDeleteSerializer(), ASK_DELETE_ID);
        kryo.register(RemoteMessage.DeleteAnswered.class, new DeleteAnsweredSerializer(), DELETE_ANSWERED_ID);
        kryo.register(RemoteMessage.Notice.class, new NoticeSerializer(), NOTICE_ID);
        return kryo;
    }

    private static final class AskDeleteSerializer extends Serializer<RemoteMessage.AskDelete> {
        @Override
        public void write(final Kryo kryo, final Output output, final RemoteMessage.AskDelete ask) {
            output.writeVarLong(ask.requestId(), false);
            output.writeVarLong(ask.sessionId(), false);
        }

        @Override
        public RemoteMessage.AskDelete read(
                final Kryo kryo, final Input input, final Class<? extends RemoteMessage.AskDelete> type) {
            return new RemoteMessage.AskDelete(input.readVarLong(false), input.readVarLong(false));
        }
    }

    private static final class DeleteAnsweredSerializer extends Serializer<RemoteMessage.DeleteAnswered> {
        @Override
        public void write(final Kryo kryo, final Output output, final RemoteMessage.DeleteAnswered answered) {
            output.writeVarLong(answered.requestId(), false);
            output.writeBoolean(answered.wasThere());
        }

        @Override
        public RemoteMessage.DeleteAnswered read(
                final Kryo kryo, final Input input, final Class<? extends RemoteMessage.DeleteAnswered> type) {
            return new RemoteMessage.DeleteAnswered(input.readVarLong(false), input.readBoolean());
        }
    }

    /** Believes a length only within its bounds. */
    private static final class NoticeSerializer extends Serializer<RemoteMessage.Notice> {
        @Override
        public void write(final Kryo kryo, final Output output, final RemoteMessage.Notice notice) {
            output.writeInt(notice.topic());
            output.writeInt(notice.content().length);
            output.writeBytes(notice.content());
        }

        @Override
        public RemoteMessage.Notice read(
                final Kryo kryo, final Input input, final Class<? extends RemoteMessage.Notice> type) {
            final int topic = input.readInt();
            final int length = input.readInt();
            if (length < 0 || length > RemoteMessage.MAX_NOTICE_BYTES) {
                throw new KryoException("a notice of " + length + " bytes");
            }
            return new RemoteMessage.Notice(topic, input.readBytes(length));
        }
    }
}
