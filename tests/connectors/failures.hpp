#pragma once

#include <string>
#include <utility>

#include "base/failure.hpp"

namespace flowrun {

/// How `call` fails: the code and the whole message.
template <class Call>
std::pair<ExitCode, std::string> failure_of(Call call) {
  try {
    call();
  } catch (const Failure& failure) {
    return {failure.code(), failure.what()};
  }
  return {ExitCode::success, "no failure"};
}

}  // namespace flowrun
