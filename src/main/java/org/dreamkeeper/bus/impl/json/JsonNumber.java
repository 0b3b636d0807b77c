package org.dreamkeeper.bus.impl.json;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * Numbers as ECMA-262, Number::toString, prints them: the shortest digits that give the same double
 * back.
 *
 * <p>One thing is kept that JavaScript would round: an integer beyond 2^53 that came in as one.
 */
final class JsonNumber {
  private JsonNumber() {}

  static String print(Number value) {
    if (value instanceof Integer
        || value instanceof Long
        || value instanceof BigInteger
        || value instanceof Short
        || value instanceof Byte) {
      return value.toString();
    }
    double d = value.doubleValue();
    if (!Double.isFinite(d)) {
      return "null";
    }
    if (d == 0) {
      return "0";
    }
    BigDecimal shortest = new BigDecimal(NumberOutput.toString(d, true)).stripTrailingZeros();
    if (shortest.precision() == 2) {
      // Java never looks for fewer than two digits: the least double is its 4.9E-324.
      BigDecimal shorter = shortest.round(new MathContext(1));
      shortest = shorter.doubleValue() == d ? shorter : shortest;
    }
    // Where the decimal point is, counted from the first digit: as ECMA-262 6.1.6.1.20.
    int point = shortest.precision() - shortest.scale();
    return -6 < point && point <= 21 ? shortest.toPlainString() : scientific(shortest, point - 1);
  }

  private static String scientific(BigDecimal number, int exponent) {
    BigDecimal mantissa = number.scaleByPowerOfTen(-exponent);
    return mantissa.toPlainString() + "e" + (exponent > 0 ? "+" : "") + exponent;
  }
}
