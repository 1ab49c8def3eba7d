#pragma once

namespace flowrun::expr {
class RegexCache {};
}  // namespace flowrun::expr
