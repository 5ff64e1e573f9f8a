/** Banks' reasons in words that say what to do next. https://docs.stripe.com/declines/codes */
const messages: Record<string, string> = {
  insufficient_funds: "The card has insufficient funds. Use another card, or try again later.",
  withdrawal_count_limit_exceeded: "The card's limit is reached. Use another card.",
  card_velocity_exceeded: "The card's limit is reached. Use another card, or try again later.",
  expired_card: "The card has expired. Use another card.",
  incorrect_number: "The card number is incorrect. Check it and try again.",
  invalid_number: "The card number is incorrect. Check it and try again.",
  incorrect_cvc: "The card's security code is incorrect. Check it and try again.",
  invalid_cvc: "The card's security code is incorrect. Check it and try again.",
  invalid_expiry_month: "The card's expiry date is incorrect. Check it and try again.",
  invalid_expiry_year: "The card's expiry date is incorrect. Check it and try again.",
  incorrect_zip: "The postal code doesn't match the card. Check it and try again.",
  card_not_supported: "The card doesn't allow this kind of payment. Use another card.",
  currency_not_supported: "The card doesn't allow payments in US dollars. Use another card.",
  processing_error: "The card couldn't be processed. Try again in a moment.",
  issuer_not_available: "The card's bank couldn't be reached. Try again in a moment.",
  try_again_later: "The card's bank couldn't be reached. Try again in a moment.",
  reenter_transaction: "The card's bank couldn't process the payment. Try again.",
  authentication_required: "The card's bank wants you to confirm this payment yourself.",
};

/**
 * What a customer reads of a declined payment. Where the bank suspects theft or fraud, it must not
 * be told; so every other code, known or not, is the plain decline.
 */
export function declineMessage(code: string | null, declineCode: string | null): string {
  const known = (key: string | null) =>
    key !== null && Object.hasOwn(messages, key) ? messages[key] : undefined;
  return (
    known(declineCode) ??
    // The code of every decline by the bank; the reason is in the other one.
    (declineCode === null ? known(code) : undefined) ??
    "The card was declined. Contact its bank, or use another card."
  );
}
