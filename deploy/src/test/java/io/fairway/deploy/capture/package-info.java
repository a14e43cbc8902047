/** Tests of the capture's judge. */
package io.fairway.deploy.capture;
