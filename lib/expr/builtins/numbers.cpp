#include <cmath>

#include "expr/builtins.hpp"
#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

Value refuse(Evaluation& run, const Value& value) { return type_error(run, value, "number required"); }

// A function of the C library over doubles.
template <double (*function)(double)>
Value of_one(Evaluation& run, const Value& input, const Value*) {
  return input.is_numeric() ? Value::number(function(to_double(input))) : refuse(run, input);
}

// One that gives whole numbers: an integer stays as it is, and a result that fits is an integer.
template <double (*function)(double)>
Value rounded(Evaluation& run, const Value& input, const Value*) {
  if (input.kind() == Kind::integer) return input;
  return input.is_numeric() ? integral(function(to_double(input))) : refuse(run, input);
}

template <double (*function)(double, double)>
Value of_two(Evaluation& run, const Value&, const Value* arguments) {
  for (int i = 0; i < 2; ++i)
    if (!arguments[i].is_numeric()) return refuse(run, arguments[i]);
  return Value::number(function(to_double(arguments[0]), to_double(arguments[1])));
}

double significand_of(double number) {
  if (number == 0 || std::isinf(number) || std::isnan(number)) return number;
  return std::scalbn(number, -std::ilogb(number));
}
double exponential_of_ten(double number) { return std::pow(10.0, number); }
double scaled(double number, double exponent) { return std::ldexp(number, static_cast<int>(exponent)); }
double scaled_by_whole(double number, double exponent) { return ::scalb(number, exponent); }
double bessel_first(double order, double number) { return ::jn(static_cast<int>(order), number); }
double bessel_second(double order, double number) { return ::yn(static_cast<int>(order), number); }
// lgamma itself writes to a global variable.
double log_gamma(double number) {
  int sign = 0;
  return ::lgamma_r(number, &sign);
}

Value pair(Evaluation& run, const Value& first, const Value& second) {
  Gathering both(run);
  both.add(first);
  both.add(second);
  return both.array();
}

Value mantissa_and_exponent(Evaluation& run, const Value& input, const Value*) {
  if (!input.is_numeric()) return refuse(run, input);
  int exponent = 0;
  const double mantissa = std::frexp(to_double(input), &exponent);
  return pair(run, Value::number(mantissa), Value::integer(std::isfinite(mantissa) ? exponent : 0));
}
Value fraction_and_whole(Evaluation& run, const Value& input, const Value*) {
  if (!input.is_numeric()) return refuse(run, input);
  double whole = 0;
  const double fraction = std::modf(to_double(input), &whole);
  return pair(run, Value::number(fraction), integral(whole));
}
Value log_gamma_and_sign(Evaluation& run, const Value& input, const Value*) {
  if (!input.is_numeric()) return refuse(run, input);
  int sign = 0;
  const double value = ::lgamma_r(to_double(input), &sign);
  return pair(run, Value::number(value), Value::integer(sign < 0 ? -1 : 0));
}

Value multiply_and_add(Evaluation& run, const Value&, const Value* arguments) {
  for (int i = 0; i < 3; ++i)
    if (!arguments[i].is_numeric()) return refuse(run, arguments[i]);
  return Value::number(std::fma(to_double(arguments[0]), to_double(arguments[1]), to_double(arguments[2])));
}

Value absolute(Evaluation& run, const Value& input, const Value*) {
  if (input.kind() == Kind::integer) return input.as_integer() < 0 ? negate(run, input) : input;
  return input.is_numeric() ? Value::number(std::fabs(to_double(input))) : refuse(run, input);
}

Value infinite(Evaluation&, const Value&, const Value*) { return Value::number(HUGE_VAL); }
Value nan(Evaluation&, const Value&, const Value*) { return Value::number(std::nan("")); }
Value is_infinite(Evaluation&, const Value& input, const Value*) {
  return Value::boolean(input.is_numeric() && std::isinf(to_double(input)));
}
Value is_nan(Evaluation&, const Value& input, const Value*) {
  return Value::boolean(input.is_numeric() && std::isnan(to_double(input)));
}
Value is_finite(Evaluation&, const Value& input, const Value*) {
  return Value::boolean(input.is_numeric() && !std::isinf(to_double(input)));
}
Value is_normal(Evaluation&, const Value& input, const Value*) {
  return Value::boolean(input.is_numeric() && std::isnormal(to_double(input)));
}

}  // namespace

std::span<const Builtin> number_builtins() {
  static const Builtin table[] = {
      {.name = "floor", .meaning = "the largest whole number not above the input", .function = rounded<std::floor>},
      {.name = "ceil", .meaning = "the smallest whole number not below the input", .function = rounded<std::ceil>},
      {.name = "round", .meaning = "the nearest whole number, halves away from zero", .function = rounded<std::round>},
      {.name = "trunc", .meaning = "the input without its fraction", .function = rounded<std::trunc>},
      {.name = "rint", .meaning = "the nearest whole number, halves to even", .function = rounded<std::rint>},
      {.name = "nearbyint", .meaning = "the nearest whole number, halves to even", .function = rounded<std::nearbyint>},
      {.name = "fabs", .meaning = "the absolute value", .function = absolute},
      {.name = "sqrt", .meaning = "the square root", .function = of_one<std::sqrt>},
      {.name = "cbrt", .meaning = "the cube root", .function = of_one<std::cbrt>},
      {.name = "exp", .meaning = "e to the power of the input", .function = of_one<std::exp>},
      {.name = "exp2", .meaning = "two to the power of the input", .function = of_one<std::exp2>},
      {.name = "exp10", .meaning = "ten to the power of the input", .function = of_one<exponential_of_ten>},
      {.name = "expm1", .meaning = "e to the power of the input, minus 1", .function = of_one<std::expm1>},
      {.name = "log", .meaning = "the natural logarithm", .function = of_one<std::log>},
      {.name = "log2", .meaning = "the logarithm to base 2", .function = of_one<std::log2>},
      {.name = "log10", .meaning = "the logarithm to base 10", .function = of_one<std::log10>},
      {.name = "log1p", .meaning = "the natural logarithm of the input plus 1", .function = of_one<std::log1p>},
      {.name = "logb", .meaning = "the exponent of the input in base 2", .function = of_one<std::logb>},
      {.name = "gamma", .meaning = "the logarithm of the gamma function", .function = of_one<log_gamma>},
      {.name = "lgamma", .meaning = "the same as gamma", .function = of_one<log_gamma>},
      {.name = "lgamma_r", .meaning = "the logarithm of gamma and its sign", .function = log_gamma_and_sign},
      {.name = "erf", .meaning = "the error function", .function = of_one<std::erf>},
      {.name = "erfc", .meaning = "1 minus the error function", .function = of_one<std::erfc>},
      {.name = "tgamma", .meaning = "the gamma function", .function = of_one<std::tgamma>},
      {.name = "sin", .meaning = "the sine of radians", .function = of_one<std::sin>},
      {.name = "cos", .meaning = "the cosine of radians", .function = of_one<std::cos>},
      {.name = "tan", .meaning = "the tangent of radians", .function = of_one<std::tan>},
      {.name = "asin", .meaning = "the radians of a sine", .function = of_one<std::asin>},
      {.name = "acos", .meaning = "the radians of a cosine", .function = of_one<std::acos>},
      {.name = "atan", .meaning = "the radians of a tangent", .function = of_one<std::atan>},
      {.name = "sinh", .meaning = "the hyperbolic sine", .function = of_one<std::sinh>},
      {.name = "cosh", .meaning = "the hyperbolic cosine", .function = of_one<std::cosh>},
      {.name = "tanh", .meaning = "the hyperbolic tangent", .function = of_one<std::tanh>},
      {.name = "asinh", .meaning = "the inverse of the hyperbolic sine", .function = of_one<std::asinh>},
      {.name = "acosh", .meaning = "the inverse of the hyperbolic cosine", .function = of_one<std::acosh>},
      {.name = "atanh", .meaning = "the inverse of the hyperbolic tangent", .function = of_one<std::atanh>},
      {.name = "j0", .meaning = "the Bessel function of the first kind and order 0", .function = of_one<::j0>},
      {.name = "j1", .meaning = "the Bessel function of the first kind and order 1", .function = of_one<::j1>},
      {.name = "y0", .meaning = "the Bessel function of the second kind and order 0", .function = of_one<::y0>},
      {.name = "y1", .meaning = "the Bessel function of the second kind and order 1", .function = of_one<::y1>},
      {.name = "significand", .meaning = "the mantissa, from 1 to 2", .function = of_one<significand_of>},
      {.name = "frexp", .meaning = "the mantissa, from 0.5 to 1, and the exponent", .function = mantissa_and_exponent},
      {.name = "modf", .meaning = "the fraction and the whole", .function = fraction_and_whole},
      {.name = "pow", .arity = 2, .meaning = "the first to the power of the second", .function = of_two<std::pow>},
      {.name = "atan2",
       .arity = 2,
       .meaning = "the radians of the point with that y and x",
       .function = of_two<std::atan2>},
      {.name = "copysign",
       .arity = 2,
       .meaning = "the first with the sign of the second",
       .function = of_two<std::copysign>},
      {.name = "drem",
       .arity = 2,
       .meaning = "what is left of a division rounded to the nearest",
       .function = of_two<std::remainder>},
      {.name = "fdim", .arity = 2, .meaning = "the first minus the second, at least 0", .function = of_two<std::fdim>},
      {.name = "fmax", .arity = 2, .meaning = "the larger one", .function = of_two<std::fmax>},
      {.name = "fmin", .arity = 2, .meaning = "the smaller one", .function = of_two<std::fmin>},
      {.name = "fmod",
       .arity = 2,
       .meaning = "what is left of a division cut to a whole number",
       .function = of_two<std::fmod>},
      {.name = "hypot", .arity = 2, .meaning = "the longest side of a right triangle", .function = of_two<std::hypot>},
      {.name = "ldexp",
       .arity = 2,
       .meaning = "the first times two to the power of the second",
       .function = of_two<scaled>},
      {.name = "scalb",
       .arity = 2,
       .meaning = "the same as ldexp, for whole exponents",
       .function = of_two<scaled_by_whole>},
      {.name = "scalbln", .arity = 2, .meaning = "the same as ldexp", .function = of_two<scaled>},
      {.name = "jn",
       .arity = 2,
       .meaning = "the Bessel function of the first kind and that order",
       .function = of_two<bessel_first>},
      {.name = "yn",
       .arity = 2,
       .meaning = "the Bessel function of the second kind and that order",
       .function = of_two<bessel_second>},
      {.name = "remainder", .arity = 2, .meaning = "the same as drem", .function = of_two<std::remainder>},
      {.name = "nextafter",
       .arity = 2,
       .meaning = "the next double from the first towards the second",
       .function = of_two<std::nextafter>},
      {.name = "nexttoward", .arity = 2, .meaning = "the same as nextafter", .function = of_two<std::nextafter>},
      {.name = "fma",
       .arity = 3,
       .meaning = "the first times the second, plus the third",
       .function = multiply_and_add},
      {.name = "infinite", .meaning = "a number above all others", .function = infinite},
      {.name = "nan", .meaning = "not a number; prints as null", .function = nan},
      {.name = "isinfinite", .meaning = "whether the input is an infinite number", .function = is_infinite},
      {.name = "isnan", .meaning = "whether the input is not a number", .function = is_nan},
      {.name = "isfinite", .meaning = "whether the input is a number, and not infinite", .function = is_finite},
      {.name = "isnormal",
       .meaning = "whether the input is a number, not zero, infinite or denormal",
       .function = is_normal},
      {.name = "normals", .meaning = "the input, if isnormal", .definition = "def normals: select(isnormal);"},
      {.name = "finites", .meaning = "the input, if isfinite", .definition = "def finites: select(isfinite);"},
  };
  return table;
}

}  // namespace flowrun::expr
