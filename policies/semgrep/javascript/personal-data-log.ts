import pino from "pino";
import { maskEmail, redact } from "./privacy";

const logger = pino();

export function register(user: User, payload: Record<string, string>) {
  // ruleid: gatekeeper.javascript.personal-data-log
  console.log("registered", user.email);
  // ruleid: gatekeeper.javascript.personal-data-log
  logger.info(`registered ${user.firstName} ${payload["country"]}`);
  // ruleid: gatekeeper.javascript.personal-data-log
  logger.info({ phone: user.phoneNumber }, "registered");
  // ok: gatekeeper.javascript.personal-data-log
  logger.info(`registered ${user.id}`);
  // ok: gatekeeper.javascript.personal-data-log
  logger.info(`registered ${maskEmail(user.email)}`);
  // ok: gatekeeper.javascript.personal-data-log
  console.log("registered", redact(payload));
}

export function pay(customer: Customer, dateOfBirth: string) {
  const line = `${customer.iban} pays`;
  // ruleid: gatekeeper.javascript.personal-data-log
  this.logger.debug(line);
  // ruleid: gatekeeper.javascript.personal-data-log
  console.error("born " + dateOfBirth);
  // ruleid: gatekeeper.javascript.personal-data-log
  request.log.warn("cannot deliver to " + customer.address);
}

export function notify(user: User, emailTemplateId: string, emailSent: boolean, server: Server, filename: string) {
  // Names of other things that only begin or end alike.
  // ok: gatekeeper.javascript.personal-data-log
  logger.info(`template ${emailTemplateId} of ${filename}`);
  // ok: gatekeeper.javascript.personal-data-log
  console.log("sent", emailSent, user.emailVerified);
  // ok: gatekeeper.javascript.personal-data-log
  console.log("listening on", server.address);
  // ok: gatekeeper.javascript.personal-data-log
  console.log("characters:", user.email.length);
  // ok: gatekeeper.javascript.personal-data-log
  console.log("delivered", sendEmail(user.id));
  // ok: gatekeeper.javascript.personal-data-log
  mailer.send(user.email);
}
