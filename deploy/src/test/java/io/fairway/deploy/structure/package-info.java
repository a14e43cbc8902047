/**
 * The house's rules as tests: {@link ModuleArrowsTest} who may know whom, {@link SizeLimitsTest} how big things may
 * get.
 */
package io.fairway.deploy.structure;
