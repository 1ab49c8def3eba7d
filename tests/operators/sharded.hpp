#pragma once

#include <cstddef>

#include "component/registry.hpp"

namespace flowrun {

/// A stateful step with its exchange, on `workers` workers that take turns on one thread: records go to the senders in
/// turn, what these send to the receiver of its group. Results come worker by worker.
OperatorFactory sharded(const OperatorPlan& plan, std::size_t workers);

}  // namespace flowrun
