#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "state/layout.hpp"

namespace flowrun::state {

/// An open session of a group: the times of its first and last record, and behind it in memory the state of its records.
/// Its address does not change.
struct Session {
  Time first;
  Time last;
  void* state() { return this + 1; }
  const void* state() const { return this + 1; }
};

/// The open sessions of one group, in order of their times. Nearly always there is none or one, which needs no list.
class SessionList {
 public:
  std::span<Session* const> all() const {
    return several_ != nullptr ? std::span<Session* const>(*several_) : std::span(&one_, one_ != nullptr ? 1 : 0);
  }
  bool empty() const { return all().empty(); }
  /// The last session that begins at `time` or before, and the first that begins after it; null where there is none. By
  /// halving.
  struct Neighbours {
    Session* before = nullptr;
    Session* after = nullptr;
  };
  Neighbours around(Time time) const;
  void insert(Session& session);
  /// `session` is there; it is not destroyed.
  void remove(const Session& session);

  /// When the timer of the group that counts is due; no_time: none is set.
  Time armed = no_time;
  /// Timers and sessions that are being emitted, which need the group to stay.
  std::uint32_t pins = 0;

 private:
  Session* one_ = nullptr;
  std::unique_ptr<std::vector<Session*>> several_;
};

/// How the sessions of a group are stored: each with its times and its state by `inner`.
class SessionLayout final : public Layout {
 public:
  explicit SessionLayout(std::shared_ptr<const Layout> inner) : inner_(std::move(inner)) {}

  const Layout& inner() const { return *inner_; }
  std::size_t session_bytes() const { return sizeof(Session) + inner_->size(); }
  Session& make(Time time) const;
  void destroy_session(Session& session) const;

  std::size_t size() const override { return sizeof(SessionList); }
  void create(void* state) const override { ::new (state) SessionList; }
  void destroy(void* state) const override;
  void encode(const void* state, std::string& out) const override;
  Status decode(std::string_view bytes, void* state) const override;
  void merge(void* state, void* later) const override;
  std::size_t owned_bytes(const void* state) const override;

 private:
  std::shared_ptr<const Layout> inner_;
};

}  // namespace flowrun::state
