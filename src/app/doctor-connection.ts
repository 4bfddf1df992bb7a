/** The findings about a router that cannot be reached or does not let us in: pure. */
import type { DoctorFacts, DoctorFailure, DoctorSubject, Finding } from "./doctor-facts.js";
import { leastPolicies, quoteRos } from "./doctor-ros.js";

/** Whether the router could be reached and logged in to; the one finding there is when it could not. */
export function judgeFailure({ router, failure }: DoctorFacts): Finding[] {
  if (failure === undefined) {
    const how = { pin: "TLS, pinned", ca: "TLS, checked", anonymous: "TLS, anonymous", plain: "plain API" };
    return [{ level: "ok", code: "login", what: `logs in as ${router.username} (${how[router.tlsMode ?? "plain"]})` }];
  }
  if (failure.phase === "reading") {
    return [{ level: "fail", code: "link-lost", what: `the link broke while reading: ${failure.message}` }];
  }
  return [connectFinding(router, failure)];
}

function connectFinding(router: DoctorSubject, failure: DoctorFailure): Finding {
  const service = router.tlsMode === undefined ? "api" : "api-ssl";
  const place = `${router.host}:${router.port}`;
  const enable = [`/ip service set ${service} disabled=no port=${router.port}`];
  switch (failure.code) {
    case "ROUTER_LOGIN_FAILED":
      return {
        level: "fail",
        code: "wrong-password",
        what: `${place} answers, but refuses the login of ${router.username}: wrong name or password, or its group lacks the policy api`,
        paste: [
          `/user set [find name=${quoteRos(router.username)}] password="the one in routers.yaml"`,
          "# or, when there is no such user yet:",
          ...leastPolicies(undefined, router),
          `/user add name=${quoteRos(router.username)} group=ronda password="the one in routers.yaml"`,
        ],
      };
    case "ROUTER_NOT_PERMITTED":
      return {
        level: "fail",
        code: "missing-policy",
        what: `${place} refuses ${router.username}: its group lacks the policy api, or the user's address= shuts this machine out`,
        paste: leastPolicies(undefined, router, "set"),
      };
    case "ROUTER_TOO_OLD":
      return {
        level: "fail",
        code: "version-too-old",
        what: "RouterOS is older than 6.43 and is not supported; update to 6.49 or 7.x",
        paste: ["/system package update install"],
      };
    case "ROUTER_TLS_REFUSED":
      return {
        level: "fail",
        code: "tls-mismatch",
        what: `TLS with ${place} does not come about as routers.yaml asks (mode ${router.tlsMode ?? "none"}): ${failure.message}`,
      };
    case "ROUTER_PROTOCOL":
      return {
        level: "fail",
        code: "not-an-api-port",
        what: `${place} answers, but not as a RouterOS API does; is the port right, and tls set as the port is (8728 plain, 8729 TLS)?`,
        paste: ['/ip service print where name~"api"'],
      };
    case "ROUTER_TIMED_OUT":
      return {
        level: "fail",
        code: "unreachable-timeout",
        what: `${place} does not answer: power, cable, address, or a firewall that drops (let this machine reach the port)`,
        paste: [
          ...enable,
          `/ip firewall filter add chain=input action=accept protocol=tcp dst-port=${router.port} src-address=ADDRESS-OF-THIS-MACHINE place-before=0`,
        ],
      };
    default:
      return unreachableFinding(failure, service, place, enable);
  }
}

function unreachableFinding(failure: DoctorFailure, service: string, place: string, enable: string[]): Finding {
  switch (failure.socketCode) {
    case "ECONNREFUSED":
      return {
        level: "fail",
        code: "unreachable-refused",
        what: `${place} refuses the connection: the service ${service} is off or on another port, or a firewall rejects`,
        paste: enable,
      };
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return {
        level: "fail",
        code: "unreachable-dns",
        what: `the host name in ${place} is not found (${failure.socketCode}); write the address into routers.yaml`,
      };
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "ETIMEDOUT":
      return {
        level: "fail",
        code: "unreachable-timeout",
        what: `${place} cannot be reached (${failure.socketCode}): power, cable, address or route`,
      };
    case undefined:
      return {
        level: "fail",
        code: "service-filtered",
        what: `${place} accepts the connection and closes it before the login: address= of ${service} shuts this machine out, or too many sessions are open`,
        paste: [
          `/ip service set ${service} disabled=no address=""`,
          "# or, better, address= with the address of this machine",
        ],
      };
    default:
      return { level: "fail", code: "unreachable", what: failure.message };
  }
}
