/**
 * Looks at what went over the wire, from outside: {@link MetadataCheck} reads a capture by {@link PcapFile} and decodes
 * the metadata in it by {@link SvrDissector}, from the public layouts alone, without the product's own parser.
 */
package io.fairway.deploy.capture;
