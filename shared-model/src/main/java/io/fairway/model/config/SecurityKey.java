package io.fairway.model.config;

/**
 * A key that routers share.
 *
 * @param id the security id that travels in TLV 16, 1 to 2^31-1
 * @param policy how metadata is protected with it
 * @param hmacKey the HMAC's key, 32 bytes, from which the cipher's is derived
 */
public record SecurityKey(int id, SecurityPolicy policy, Secret hmacKey) {}
