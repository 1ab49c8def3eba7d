#include "state/session_list.hpp"

#include <algorithm>
#include <cassert>
#include <new>

#include "state/encoding.hpp"

namespace flowrun::state {
namespace {

bool is_later(Time time, const Session* session) { return time < session->first; }

}  // namespace

SessionList::Neighbours SessionList::around(Time time) const {
  const auto sessions = all();
  const auto after = std::upper_bound(sessions.begin(), sessions.end(), time, is_later);
  return {after != sessions.begin() ? *std::prev(after) : nullptr, after != sessions.end() ? *after : nullptr};
}

void SessionList::insert(Session& session) {
  if (several_ == nullptr && one_ == nullptr) {
    one_ = &session;
    return;
  }
  if (several_ == nullptr) several_ = std::make_unique<std::vector<Session*>>(1, one_);
  several_->insert(std::upper_bound(several_->begin(), several_->end(), session.first, is_later), &session);
}

void SessionList::remove(const Session& session) {
  if (several_ == nullptr) {
    one_ = nullptr;
    return;
  }
  auto found = std::upper_bound(several_->begin(), several_->end(), session.first, is_later);
  while (*--found != &session) continue;
  several_->erase(found);
  if (several_->size() > 1) return;
  one_ = several_->front();
  several_.reset();
}

Session& SessionLayout::make(Time time) const {
  auto* const session = ::new (::operator new(session_bytes())) Session{time, time};
  inner_->create(session->state());
  return *session;
}

void SessionLayout::destroy_session(Session& session) const {
  inner_->destroy(session.state());
  ::operator delete(&session);
}

void SessionLayout::destroy(void* state) const {
  auto* const list = static_cast<SessionList*>(state);
  for (Session* const session : list->all()) destroy_session(*session);
  list->~SessionList();
}

void SessionLayout::encode(const void* state, std::string& out) const {
  const auto sessions = static_cast<const SessionList*>(state)->all();
  put_count(sessions.size(), out);
  std::string inner;
  for (const Session* const session : sessions) {
    put(session->first, out);
    put(session->last, out);
    inner.clear();
    inner_->encode(session->state(), inner);
    put_bytes(inner, out);
  }
}

Status SessionLayout::decode(std::string_view bytes, void* state) const {
  Reader reader(bytes);
  auto* const list = static_cast<SessionList*>(state);
  for (std::uint64_t left = reader.take_count(); left > 0 && reader.ok(); --left) {
    Session& session = make(reader.take<Time>());
    list->insert(session);
    session.last = reader.take<Time>();
    if (Status decoded = inner_->decode(reader.take_bytes(), session.state()); !decoded.ok()) return decoded;
  }
  if (!reader.complete()) return Error{"damaged sessions"};
  return success();
}

void SessionLayout::merge(void*, void*) const { assert(!"the sessions of a group are on one worker"); }

std::size_t SessionLayout::owned_bytes(const void* state) const {
  std::size_t bytes = 0;
  for (const Session* const session : static_cast<const SessionList*>(state)->all())
    bytes += session_bytes() + inner_->owned_bytes(session->state());
  return bytes;
}

}  // namespace flowrun::state
