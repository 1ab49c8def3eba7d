#pragma once

#include <span>
#include <string>
#include <string_view>

namespace flowrun {

/// The candidate that was probably meant by `name`: the one with the smallest edit distance (a swap of neighbours counts
/// one), if that is at most a third of the longer name's length; ties go to the first. Empty: none is near.
std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates);
std::string_view nearest(std::string_view name, std::span<const std::string> candidates);

/// "did you mean `x`?" of the nearest, or an empty text.
std::string did_you_mean(std::string_view name, std::span<const std::string> candidates);

}  // namespace flowrun
