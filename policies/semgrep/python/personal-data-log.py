import logging

import structlog

from shop.privacy import mask_email, redact

logger = logging.getLogger(__name__)
log = structlog.get_logger()


def register(user, payload):
    # ruleid: gatekeeper.python.personal-data-log
    logger.info("registered %s", user.email)
    # ruleid: gatekeeper.python.personal-data-log
    logger.info(f"registered {user.first_name} from {payload['country']}")
    # ruleid: gatekeeper.python.personal-data-log
    log.info("registered", email=payload["email"])
    # ruleid: gatekeeper.python.personal-data-log
    logging.warning("no consent: " + payload.get("phoneNumber"))
    # ruleid: gatekeeper.python.personal-data-log
    logging.getLogger("shop").info("registered %s", user.email)
    # ok: gatekeeper.python.personal-data-log
    logger.info("registered %s", user.id)
    # ok: gatekeeper.python.personal-data-log
    logger.info("registered %s", mask_email(user.email))
    # ok: gatekeeper.python.personal-data-log
    logger.info("registered %s", redact(payload["email"]))


def pay(order, customer, date_of_birth):
    line = f"{customer.iban} pays {order.total}"
    # ruleid: gatekeeper.python.personal-data-log
    logger.debug(line)
    # ruleid: gatekeeper.python.personal-data-log
    logger.debug("born %s", date_of_birth)
    # ruleid: gatekeeper.python.personal-data-log
    logger.error("cannot deliver to %s", customer.address)
    # ruleid: gatekeeper.python.personal-data-log
    logger.exception("card %s", order.payment.creditCardNumber)


def notify(user, server, emailTemplateId, email_sent, email_count, filename, class_name):
    # Names of other things that only begin or end alike.
    # ok: gatekeeper.python.personal-data-log
    logger.info("template %s", emailTemplateId)
    # ok: gatekeeper.python.personal-data-log
    logger.info("sent %s, %d, %s", email_sent, email_count, user.email_verified)
    # ok: gatekeeper.python.personal-data-log
    logger.info("read %s of %s", filename, class_name)
    # ok: gatekeeper.python.personal-data-log
    logger.info("listening on %s", server.address)
    # ok: gatekeeper.python.personal-data-log
    logger.info("email was sent to %d people", len(user.emails))
    # ok: gatekeeper.python.personal-data-log
    logger.info("has an address: %s", user.email is not None)
    # ok: gatekeeper.python.personal-data-log
    audit.record(user.email)
    # ok: gatekeeper.python.personal-data-log
    logger.info("delivered: %s", send_email(user.id))
