/**
 * RouterOS's own command tree, compact: a command and its arguments a line. A name that not every version has ends in
 * `~` and the sum of the versions that have it: 1 is 7.12.2, 2 is 7.16.2, 4 is 7.24.
 *
 * Written by `test/unit/simulator/render-schema.ts` from the recorded trees; a test holds the two equal.
 */
export const schemaText = `
/interface/blink numbers
/interface/comment comment numbers
/interface/disable numbers
/interface/edit number value-name
/interface/enable numbers
/interface/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/interface/find where
/interface/get as-string as-string-value number value-name
/interface/monitor-traffic append as-value do duration file freeze-frame-interval~4 interface interval once proplist~4 without-paging
/interface/pppoe-server/add comment copy-from disabled name service user
/interface/pppoe-server/comment comment numbers
/interface/pppoe-server/disable numbers
/interface/pppoe-server/edit number value-name
/interface/pppoe-server/enable numbers
/interface/pppoe-server/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/interface/pppoe-server/find where
/interface/pppoe-server/get as-string as-string-value number value-name
/interface/pppoe-server/monitor append as-value do duration file freeze-frame-interval~4 interval numbers once proplist~4 without-paging
/interface/pppoe-server/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/interface/pppoe-server/remove numbers
/interface/pppoe-server/reset comment disabled name numbers service user
/interface/pppoe-server/server/add accept-empty-service accept-untagged~4 authentication comment copy-from default-profile disabled interface keepalive-timeout max-mru max-mtu max-sessions mrru one-session-per-host pado-delay pppoe-over-vlan-range~4 service-name
/interface/pppoe-server/server/comment comment numbers
/interface/pppoe-server/server/disable numbers
/interface/pppoe-server/server/edit number value-name
/interface/pppoe-server/server/enable numbers
/interface/pppoe-server/server/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/interface/pppoe-server/server/find where
/interface/pppoe-server/server/get as-string as-string-value number value-name
/interface/pppoe-server/server/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/interface/pppoe-server/server/remove numbers
/interface/pppoe-server/server/reset accept-empty-service accept-untagged~4 authentication comment default-profile disabled interface keepalive-timeout max-mru max-mtu max-sessions mrru numbers one-session-per-host pado-delay pppoe-over-vlan-range~4 service-name
/interface/pppoe-server/server/set accept-empty-service accept-untagged~4 authentication comment default-profile disabled interface keepalive-timeout max-mru max-mtu max-sessions mrru numbers one-session-per-host pado-delay pppoe-over-vlan-range~4 service-name
/interface/pppoe-server/set comment disabled name numbers service user
/interface/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval oid on-event~4 order-by~4 proplist show-ids stats stats-detail terse timestamp~4 value-list where without-paging
/interface/recursive-print~4
/interface/reset comment disabled l2mtu mtu name numbers
/interface/reset-counters numbers
/interface/set comment disabled l2mtu mtu name numbers
/ip/arp/add address comment copy-from disabled interface mac-address published
/ip/arp/comment comment numbers
/ip/arp/disable numbers
/ip/arp/edit number value-name
/ip/arp/enable numbers
/ip/arp/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ip/arp/find where
/ip/arp/get as-string as-string-value number value-name
/ip/arp/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/ip/arp/remove numbers
/ip/arp/reset address comment disabled interface mac-address numbers published
/ip/arp/set address comment disabled interface mac-address numbers published
/ip/dhcp-server/lease/add address address-lists agent-circuit-id~4 agent-remote-id~4 allow-dual-stack-queue always-broadcast block-access client-id comment copy-from dhcp-option dhcp-option-set disabled insert-queue-before lease-time mac-address parent-queue queue-type rate-limit routes server use-src-mac
/ip/dhcp-server/lease/check-status numbers
/ip/dhcp-server/lease/comment comment numbers
/ip/dhcp-server/lease/disable numbers
/ip/dhcp-server/lease/edit number value-name
/ip/dhcp-server/lease/enable numbers
/ip/dhcp-server/lease/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ip/dhcp-server/lease/find where
/ip/dhcp-server/lease/get as-string as-string-value number value-name
/ip/dhcp-server/lease/make-static numbers
/ip/dhcp-server/lease/print active append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/ip/dhcp-server/lease/remove numbers
/ip/dhcp-server/lease/reset address address-lists agent-circuit-id~4 agent-remote-id~4 allow-dual-stack-queue always-broadcast block-access client-id comment dhcp-option dhcp-option-set disabled insert-queue-before lease-time mac-address numbers parent-queue queue-type rate-limit routes server use-src-mac
/ip/dhcp-server/lease/send-reconfigure~4 numbers
/ip/dhcp-server/lease/set address address-lists agent-circuit-id~4 agent-remote-id~4 allow-dual-stack-queue always-broadcast block-access client-id comment dhcp-option dhcp-option-set disabled insert-queue-before lease-time mac-address numbers parent-queue queue-type rate-limit routes server use-src-mac
/ip/dhcp-server/lease/unset numbers value-name
/ip/firewall/address-list/add address comment copy-from disabled dynamic list timeout
/ip/firewall/address-list/comment comment numbers
/ip/firewall/address-list/disable numbers
/ip/firewall/address-list/edit number value-name
/ip/firewall/address-list/enable numbers
/ip/firewall/address-list/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ip/firewall/address-list/find where
/ip/firewall/address-list/get as-string as-string-value number value-name
/ip/firewall/address-list/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/ip/firewall/address-list/remove numbers
/ip/firewall/address-list/reset address comment disabled dynamic list numbers timeout
/ip/firewall/address-list/set address comment disabled dynamic list numbers timeout
/ip/firewall/filter/add action address-list address-list-timeout chain comment connection-bytes connection-limit connection-mark connection-nat-state connection-rate connection-state connection-type content copy-from disabled dscp dst-address dst-address-list dst-address-type dst-limit dst-port fragment hotspot hw-offload~3 icmp-options in-bridge-port in-bridge-port-list in-interface in-interface-list ingress-priority ipsec-policy ipv4-options jump-target layer7-protocol limit log log-prefix nth out-bridge-port out-bridge-port-list out-interface out-interface-list p2p packet-mark packet-size per-connection-classifier place-before port priority protocol psd random realm reject-with routing-mark src-address src-address-list src-address-type src-mac-address src-port tcp-flags tcp-mss time tls-host tos~4 ttl
/ip/firewall/filter/comment comment numbers
/ip/firewall/filter/disable numbers
/ip/firewall/filter/edit number value-name
/ip/firewall/filter/enable numbers
/ip/firewall/filter/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ip/firewall/filter/find where
/ip/firewall/filter/get as-string as-string-value number value-name
/ip/firewall/filter/move destination numbers
/ip/firewall/filter/print all append as-value chain comments~4 count-only detail dynamic file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids static stats terse timestamp~4 value-list where without-paging
/ip/firewall/filter/remove numbers
/ip/firewall/filter/reset action address-list address-list-timeout chain comment connection-bytes connection-limit connection-mark connection-nat-state connection-rate connection-state connection-type content disabled dscp dst-address dst-address-list dst-address-type dst-limit dst-port fragment hotspot hw-offload~3 icmp-options in-bridge-port in-bridge-port-list in-interface in-interface-list ingress-priority ipsec-policy ipv4-options jump-target layer7-protocol limit log log-prefix nth numbers out-bridge-port out-bridge-port-list out-interface out-interface-list p2p packet-mark packet-size per-connection-classifier port priority protocol psd random realm reject-with routing-mark src-address src-address-list src-address-type src-mac-address src-port tcp-flags tcp-mss time tls-host tos~4 ttl
/ip/firewall/filter/reset-counters numbers
/ip/firewall/filter/reset-counters-all
/ip/firewall/filter/set action address-list address-list-timeout chain comment connection-bytes connection-limit connection-mark connection-nat-state connection-rate connection-state connection-type content disabled dscp dst-address dst-address-list dst-address-type dst-limit dst-port fragment hotspot hw-offload~3 icmp-options in-bridge-port in-bridge-port-list in-interface in-interface-list ingress-priority ipsec-policy ipv4-options jump-target layer7-protocol limit log log-prefix nth numbers out-bridge-port out-bridge-port-list out-interface out-interface-list p2p packet-mark packet-size per-connection-classifier port priority protocol psd random realm reject-with routing-mark src-address src-address-list src-address-type src-mac-address src-port tcp-flags tcp-mss time tls-host tos~4 ttl
/ip/firewall/filter/unset numbers value-name
/ip/firewall/nat/add action address-list address-list-timeout chain comment connection-bytes connection-limit connection-mark connection-rate connection-type content copy-from disabled dscp dst-address dst-address-list dst-address-type dst-limit dst-port fragment hotspot icmp-options in-bridge-port in-bridge-port-list in-interface in-interface-list ingress-priority ipsec-policy ipv4-options jump-target layer7-protocol limit log log-prefix nth out-bridge-port out-bridge-port-list out-interface out-interface-list packet-mark packet-size per-connection-classifier place-before port priority protocol psd random randomise-ports realm routing-mark same-not-by-dst socks5-port~4 socks5-server~4 socksify-service~4 src-address src-address-list src-address-type src-mac-address src-port tcp-mss time tls-host~1 to-addresses to-ports tos~4 ttl
/ip/firewall/nat/comment comment numbers
/ip/firewall/nat/disable numbers
/ip/firewall/nat/edit number value-name
/ip/firewall/nat/enable numbers
/ip/firewall/nat/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ip/firewall/nat/find where
/ip/firewall/nat/get as-string as-string-value number value-name
/ip/firewall/nat/move destination numbers
/ip/firewall/nat/print all append as-value chain comments~4 count-only detail dynamic file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids static stats terse timestamp~4 value-list where without-paging
/ip/firewall/nat/remove numbers
/ip/firewall/nat/reset action address-list address-list-timeout chain comment connection-bytes connection-limit connection-mark connection-rate connection-type content disabled dscp dst-address dst-address-list dst-address-type dst-limit dst-port fragment hotspot icmp-options in-bridge-port in-bridge-port-list in-interface in-interface-list ingress-priority ipsec-policy ipv4-options jump-target layer7-protocol limit log log-prefix nth numbers out-bridge-port out-bridge-port-list out-interface out-interface-list packet-mark packet-size per-connection-classifier port priority protocol psd random randomise-ports realm routing-mark same-not-by-dst socks5-port~4 socks5-server~4 socksify-service~4 src-address src-address-list src-address-type src-mac-address src-port tcp-mss time tls-host~1 to-addresses to-ports tos~4 ttl
/ip/firewall/nat/reset-counters numbers
/ip/firewall/nat/reset-counters-all
/ip/firewall/nat/set action address-list address-list-timeout chain comment connection-bytes connection-limit connection-mark connection-rate connection-type content disabled dscp dst-address dst-address-list dst-address-type dst-limit dst-port fragment hotspot icmp-options in-bridge-port in-bridge-port-list in-interface in-interface-list ingress-priority ipsec-policy ipv4-options jump-target layer7-protocol limit log log-prefix nth numbers out-bridge-port out-bridge-port-list out-interface out-interface-list packet-mark packet-size per-connection-classifier port priority protocol psd random randomise-ports realm routing-mark same-not-by-dst socks5-port~4 socks5-server~4 socksify-service~4 src-address src-address-list src-address-type src-mac-address src-port tcp-mss time tls-host~1 to-addresses to-ports tos~4 ttl
/ip/firewall/nat/unset numbers value-name
/ip/hotspot/active/add~3 comment copy-from
/ip/hotspot/active/comment~3 comment numbers
/ip/hotspot/active/edit~3 number value-name
/ip/hotspot/active/find where
/ip/hotspot/active/get as-string as-string-value number value-name
/ip/hotspot/active/login domain ip mac-address password user
/ip/hotspot/active/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval oid on-event~4 order-by~4 proplist show-ids stats status terse timestamp~4 value-list where without-paging
/ip/hotspot/active/remove numbers
/ip/hotspot/active/reset~3 comment numbers
/ip/hotspot/active/set~3 comment numbers
/ip/hotspot/add address-pool addresses-per-mac copy-from disabled idle-timeout interface keepalive-timeout login-timeout name profile
/ip/hotspot/cookie/find where
/ip/hotspot/cookie/get as-string as-string-value number value-name
/ip/hotspot/cookie/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/ip/hotspot/cookie/remove numbers
/ip/hotspot/disable numbers
/ip/hotspot/edit number value-name
/ip/hotspot/enable numbers
/ip/hotspot/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ip/hotspot/find where
/ip/hotspot/get as-string as-string-value number value-name
/ip/hotspot/host/find where
/ip/hotspot/host/get as-string as-string-value number value-name
/ip/hotspot/host/make-binding comment numbers type
/ip/hotspot/host/print append as-value brief bytes comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 packets proplist show-ids status terse timestamp~4 value-list where without-paging
/ip/hotspot/host/remove numbers
/ip/hotspot/host/reset comment numbers
/ip/hotspot/ip-binding/add address comment copy-from disabled mac-address place-before server to-address type
/ip/hotspot/ip-binding/comment comment numbers
/ip/hotspot/ip-binding/disable numbers
/ip/hotspot/ip-binding/edit number value-name
/ip/hotspot/ip-binding/enable numbers
/ip/hotspot/ip-binding/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ip/hotspot/ip-binding/find where
/ip/hotspot/ip-binding/get as-string as-string-value number value-name
/ip/hotspot/ip-binding/move destination numbers
/ip/hotspot/ip-binding/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/ip/hotspot/ip-binding/remove numbers
/ip/hotspot/ip-binding/reset address comment disabled mac-address numbers server to-address type
/ip/hotspot/ip-binding/set address comment disabled mac-address numbers server to-address type
/ip/hotspot/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/ip/hotspot/profile/add copy-from dns-name hotspot-address html-directory html-directory-override http-cookie-lifetime http-proxy install-hotspot-queue login-by mac-auth-mode mac-auth-password name nas-port-type radius-accounting radius-default-domain radius-interim-update radius-location-id radius-location-name radius-mac-format rate-limit smtp-server split-user-domain ssl-certificate trial-uptime-limit trial-uptime-reset trial-user-profile use-radius
/ip/hotspot/profile/edit number value-name
/ip/hotspot/profile/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ip/hotspot/profile/find where
/ip/hotspot/profile/get as-string as-string-value number value-name
/ip/hotspot/profile/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids show-sensitive~4 terse timestamp~4 value-list where without-paging
/ip/hotspot/profile/remove numbers
/ip/hotspot/profile/reset dns-name hotspot-address html-directory html-directory-override http-cookie-lifetime http-proxy install-hotspot-queue login-by mac-auth-mode mac-auth-password name nas-port-type numbers radius-accounting radius-default-domain radius-interim-update radius-location-id radius-location-name radius-mac-format rate-limit smtp-server split-user-domain ssl-certificate trial-uptime-limit trial-uptime-reset trial-user-profile use-radius
/ip/hotspot/profile/set dns-name hotspot-address html-directory html-directory-override http-cookie-lifetime http-proxy install-hotspot-queue login-by mac-auth-mode mac-auth-password name nas-port-type numbers radius-accounting radius-default-domain radius-interim-update radius-location-id radius-location-name radius-mac-format rate-limit smtp-server split-user-domain ssl-certificate trial-uptime-limit trial-uptime-reset trial-user-profile use-radius
/ip/hotspot/remove numbers
/ip/hotspot/reset address-pool addresses-per-mac disabled idle-timeout interface keepalive-timeout login-timeout name numbers profile
/ip/hotspot/reset-html numbers
/ip/hotspot/set address-pool addresses-per-mac disabled idle-timeout interface keepalive-timeout login-timeout name numbers profile
/ip/hotspot/setup
/ip/hotspot/user/add address comment copy-from disabled email limit-bytes-in limit-bytes-out limit-bytes-total limit-uptime mac-address name otp-secret~4 password profile routes server
/ip/hotspot/user/comment comment numbers
/ip/hotspot/user/disable numbers
/ip/hotspot/user/edit number value-name
/ip/hotspot/user/enable numbers
/ip/hotspot/user/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ip/hotspot/user/find where
/ip/hotspot/user/get as-string as-string-value number value-name
/ip/hotspot/user/print append as-value brief bytes comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 packets proplist show-ids show-sensitive~4 terse timestamp~4 value-list where without-paging
/ip/hotspot/user/profile/add add-mac-cookie address-list address-pool advertise advertise-interval advertise-timeout advertise-url copy-from idle-timeout incoming-filter incoming-packet-mark insert-queue-before keepalive-timeout mac-cookie-timeout name on-login on-logout open-status-page outgoing-filter outgoing-packet-mark parent-queue queue-type rate-limit session-timeout shared-users status-autorefresh transparent-proxy
/ip/hotspot/user/profile/edit number value-name
/ip/hotspot/user/profile/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ip/hotspot/user/profile/find where
/ip/hotspot/user/profile/get as-string as-string-value number value-name
/ip/hotspot/user/profile/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/ip/hotspot/user/profile/remove numbers
/ip/hotspot/user/profile/reset add-mac-cookie address-list address-pool advertise advertise-interval advertise-timeout advertise-url idle-timeout incoming-filter incoming-packet-mark insert-queue-before keepalive-timeout mac-cookie-timeout name numbers on-login on-logout open-status-page outgoing-filter outgoing-packet-mark parent-queue queue-type rate-limit session-timeout shared-users status-autorefresh transparent-proxy
/ip/hotspot/user/profile/set add-mac-cookie address-list address-pool advertise advertise-interval advertise-timeout advertise-url idle-timeout incoming-filter incoming-packet-mark insert-queue-before keepalive-timeout mac-cookie-timeout name numbers on-login on-logout open-status-page outgoing-filter outgoing-packet-mark parent-queue queue-type rate-limit session-timeout shared-users status-autorefresh transparent-proxy
/ip/hotspot/user/profile/unset numbers value-name
/ip/hotspot/user/remove numbers
/ip/hotspot/user/reset address comment disabled email limit-bytes-in limit-bytes-out limit-bytes-total limit-uptime mac-address name numbers otp-secret~4 password profile routes server
/ip/hotspot/user/reset-counters numbers
/ip/hotspot/user/set address comment disabled email limit-bytes-in limit-bytes-out limit-bytes-total limit-uptime mac-address name numbers otp-secret~4 password profile routes server
/ip/hotspot/walled-garden/add action comment copy-from disabled dst-host dst-port method path place-before server src-address
/ip/hotspot/walled-garden/comment comment numbers
/ip/hotspot/walled-garden/disable numbers
/ip/hotspot/walled-garden/edit number value-name
/ip/hotspot/walled-garden/enable numbers
/ip/hotspot/walled-garden/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ip/hotspot/walled-garden/find where
/ip/hotspot/walled-garden/get as-string as-string-value number value-name
/ip/hotspot/walled-garden/ip/add action comment copy-from disabled dst-address dst-address-list dst-host dst-port place-before protocol server src-address src-address-list
/ip/hotspot/walled-garden/ip/comment comment numbers
/ip/hotspot/walled-garden/ip/disable numbers
/ip/hotspot/walled-garden/ip/edit number value-name
/ip/hotspot/walled-garden/ip/enable numbers
/ip/hotspot/walled-garden/ip/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ip/hotspot/walled-garden/ip/find where
/ip/hotspot/walled-garden/ip/get as-string as-string-value number value-name
/ip/hotspot/walled-garden/ip/move destination numbers
/ip/hotspot/walled-garden/ip/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/ip/hotspot/walled-garden/ip/remove numbers
/ip/hotspot/walled-garden/ip/reset action comment disabled dst-address dst-address-list dst-host dst-port numbers protocol server src-address src-address-list
/ip/hotspot/walled-garden/ip/set action comment disabled dst-address dst-address-list dst-host dst-port numbers protocol server src-address src-address-list
/ip/hotspot/walled-garden/ip/unset numbers value-name
/ip/hotspot/walled-garden/move destination numbers
/ip/hotspot/walled-garden/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/ip/hotspot/walled-garden/remove numbers
/ip/hotspot/walled-garden/reset action comment disabled dst-host dst-port method numbers path server src-address
/ip/hotspot/walled-garden/reset-counters numbers
/ip/hotspot/walled-garden/reset-counters-all
/ip/hotspot/walled-garden/set action comment disabled dst-host dst-port method numbers path server src-address
/ip/hotspot/walled-garden/unset numbers value-name
/ip/pool/add comment copy-from name next-pool ranges
/ip/pool/comment comment numbers
/ip/pool/edit number value-name
/ip/pool/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ip/pool/find where
/ip/pool/get as-string as-string-value number value-name
/ip/pool/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/ip/pool/remove numbers
/ip/pool/reset comment name next-pool numbers ranges
/ip/pool/set comment name next-pool numbers ranges
/ip/pool/used/edit number value-name
/ip/pool/used/find where
/ip/pool/used/get as-string as-string-value number value-name
/ip/pool/used/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/ip/pool/used/reset address info numbers owner pool
/ip/pool/used/set address info numbers owner pool
/ip/service/disable numbers
/ip/service/edit number value-name
/ip/service/enable numbers
/ip/service/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ip/service/find where
/ip/service/get as-string as-string-value number value-name
/ip/service/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/ip/service/reset address available-from~4 certificate disabled max-sessions~6 numbers port tls-version vrf
/ip/service/set address available-from~4 certificate disabled max-sessions~6 numbers port tls-version vrf
/ip/service/unset~3 numbers value-name
/ipv6/address/add address advertise auto-link-local~4 comment copy-from disabled eui-64 from-pool from-pool-policy~4 interface no-dad
/ipv6/address/comment comment numbers
/ipv6/address/disable numbers
/ipv6/address/edit number value-name
/ipv6/address/enable numbers
/ipv6/address/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ipv6/address/find where
/ipv6/address/get as-string as-string-value number value-name
/ipv6/address/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/ipv6/address/remove numbers
/ipv6/address/reset address advertise auto-link-local~4 comment disabled eui-64 from-pool from-pool-policy~4 interface no-dad numbers
/ipv6/address/set address advertise auto-link-local~4 comment disabled eui-64 from-pool from-pool-policy~4 interface no-dad numbers
/ipv6/firewall/address-list/add address comment copy-from disabled dynamic list timeout
/ipv6/firewall/address-list/comment comment numbers
/ipv6/firewall/address-list/disable numbers
/ipv6/firewall/address-list/edit number value-name
/ipv6/firewall/address-list/enable numbers
/ipv6/firewall/address-list/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ipv6/firewall/address-list/find where
/ipv6/firewall/address-list/get as-string as-string-value number value-name
/ipv6/firewall/address-list/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/ipv6/firewall/address-list/remove numbers
/ipv6/firewall/address-list/reset address comment disabled dynamic list numbers timeout
/ipv6/firewall/address-list/set address comment disabled dynamic list numbers timeout
/ipv6/firewall/filter/add action address-list address-list-timeout chain comment connection-bytes connection-limit connection-mark connection-nat-state connection-rate connection-state connection-type content copy-from disabled dscp dst-address dst-address-list dst-address-type dst-limit dst-port headers hop-limit icmp-options in-bridge-port in-bridge-port-list in-interface in-interface-list ingress-priority ipsec-policy jump-target limit log log-prefix nth out-bridge-port out-bridge-port-list out-interface out-interface-list packet-mark packet-size per-connection-classifier place-before port priority protocol random reject-with routing-mark src-address src-address-list src-address-type src-mac-address src-port tcp-flags tcp-mss time tls-host tos~4
/ipv6/firewall/filter/comment comment numbers
/ipv6/firewall/filter/disable numbers
/ipv6/firewall/filter/edit number value-name
/ipv6/firewall/filter/enable numbers
/ipv6/firewall/filter/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ipv6/firewall/filter/find where
/ipv6/firewall/filter/get as-string as-string-value number value-name
/ipv6/firewall/filter/move destination numbers
/ipv6/firewall/filter/print append as-value chain~6 comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids stats terse timestamp~4 value-list where without-paging
/ipv6/firewall/filter/remove numbers
/ipv6/firewall/filter/reset action address-list address-list-timeout chain comment connection-bytes connection-limit connection-mark connection-nat-state connection-rate connection-state connection-type content disabled dscp dst-address dst-address-list dst-address-type dst-limit dst-port headers hop-limit icmp-options in-bridge-port in-bridge-port-list in-interface in-interface-list ingress-priority ipsec-policy jump-target limit log log-prefix nth numbers out-bridge-port out-bridge-port-list out-interface out-interface-list packet-mark packet-size per-connection-classifier port priority protocol random reject-with routing-mark src-address src-address-list src-address-type src-mac-address src-port tcp-flags tcp-mss time tls-host tos~4
/ipv6/firewall/filter/reset-counters numbers
/ipv6/firewall/filter/reset-counters-all
/ipv6/firewall/filter/set action address-list address-list-timeout chain comment connection-bytes connection-limit connection-mark connection-nat-state connection-rate connection-state connection-type content disabled dscp dst-address dst-address-list dst-address-type dst-limit dst-port headers hop-limit icmp-options in-bridge-port in-bridge-port-list in-interface in-interface-list ingress-priority ipsec-policy jump-target limit log log-prefix nth numbers out-bridge-port out-bridge-port-list out-interface out-interface-list packet-mark packet-size per-connection-classifier port priority protocol random reject-with routing-mark src-address src-address-list src-address-type src-mac-address src-port tcp-flags tcp-mss time tls-host tos~4
/ipv6/firewall/filter/unset numbers value-name
/ipv6/settings/edit value-name
/ipv6/settings/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ipv6/settings/get as-string as-string-value value-name
/ipv6/settings/print as-value comments~4 file interval without-paging
/ipv6/settings/set accept-redirects accept-router-advertisements accept-router-advertisements-on~4 allow-fast-path~4 disable-ipv6 disable-link-local-address~4 forward max-neighbor-entries min-neighbor-entries~4 multipath-hash-policy~6 soft-max-neighbor-entries~4 stale-neighbor-detect-interval~4 stale-neighbor-timeout~4
/log/debug message
/log/error message
/log/find where
/log/get as-string as-string-value number value-name
/log/info message
/log/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where with-extra-info~4 without-paging
/log/warning message
/ppp/aaa/edit value-name
/ppp/aaa/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ppp/aaa/get as-string as-string-value value-name
/ppp/aaa/print as-value comments~4 file interval without-paging
/ppp/aaa/reset~4 accounting enable-ipv6-accounting interim-update use-circuit-id-in-nas-port-id use-radius
/ppp/aaa/set accounting enable-ipv6-accounting~6 interim-update use-circuit-id-in-nas-port-id use-radius
/ppp/active/find where
/ppp/active/get as-string as-string-value number value-name
/ppp/active/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/ppp/active/remove numbers
/ppp/active/reset comment numbers
/ppp/profile/add address-list bridge bridge-horizon bridge-learning bridge-path-cost bridge-port-priority bridge-port-trusted~4 bridge-port-vid~4 change-tcp-mss comment copy-from dhcpv6-lease-time~4 dhcpv6-pd-pool dhcpv6-use-radius~4 dns-server idle-timeout incoming-filter insert-queue-before interface-list local-address name on-down on-up only-one outgoing-filter parent-queue queue-type rate-limit remote-address remote-ipv6-prefix-pool remote-ipv6-prefix-reuse~4 session-timeout use-compression use-encryption use-ipv6 use-mpls use-upnp wins-server
/ppp/profile/comment comment numbers
/ppp/profile/edit number value-name
/ppp/profile/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ppp/profile/find where
/ppp/profile/get as-string as-string-value number value-name
/ppp/profile/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/ppp/profile/remove numbers
/ppp/profile/reset address-list bridge bridge-horizon bridge-learning bridge-path-cost bridge-port-priority bridge-port-trusted~4 bridge-port-vid~4 change-tcp-mss comment dhcpv6-lease-time~4 dhcpv6-pd-pool dhcpv6-use-radius~4 dns-server idle-timeout incoming-filter insert-queue-before interface-list local-address name numbers on-down on-up only-one outgoing-filter parent-queue queue-type rate-limit remote-address remote-ipv6-prefix-pool remote-ipv6-prefix-reuse~4 session-timeout use-compression use-encryption use-ipv6 use-mpls use-upnp wins-server
/ppp/profile/set address-list bridge bridge-horizon bridge-learning bridge-path-cost bridge-port-priority bridge-port-trusted~4 bridge-port-vid~4 change-tcp-mss comment dhcpv6-lease-time~4 dhcpv6-pd-pool dhcpv6-use-radius~4 dns-server idle-timeout incoming-filter insert-queue-before interface-list local-address name numbers on-down on-up only-one outgoing-filter parent-queue queue-type rate-limit remote-address remote-ipv6-prefix-pool remote-ipv6-prefix-reuse~4 session-timeout use-compression use-encryption use-ipv6 use-mpls use-upnp wins-server
/ppp/profile/unset numbers value-name
/ppp/secret/add caller-id comment copy-from disabled ipv6-routes limit-bytes-in limit-bytes-out local-address name password profile remote-address remote-ipv6-prefix routes service
/ppp/secret/comment comment numbers
/ppp/secret/disable numbers
/ppp/secret/edit number value-name
/ppp/secret/enable numbers
/ppp/secret/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/ppp/secret/find where
/ppp/secret/get as-string as-string-value number value-name
/ppp/secret/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids show-sensitive~4 terse timestamp~4 value-list where without-paging
/ppp/secret/remove numbers
/ppp/secret/reset caller-id comment disabled ipv6-routes limit-bytes-in limit-bytes-out local-address name numbers password profile remote-address remote-ipv6-prefix routes service
/ppp/secret/set caller-id comment disabled ipv6-routes limit-bytes-in limit-bytes-out local-address name numbers password profile remote-address remote-ipv6-prefix routes service
/ppp/secret/unset numbers value-name
/queue/simple/add bucket-size burst-limit burst-threshold burst-time comment copy-from disabled dst limit-at max-limit name packet-marks parent place-before priority queue target time total-bucket-size total-burst-limit total-burst-threshold total-burst-time total-limit-at total-max-limit total-priority total-queue
/queue/simple/comment comment numbers
/queue/simple/disable numbers
/queue/simple/edit number value-name
/queue/simple/enable numbers
/queue/simple/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/queue/simple/find where
/queue/simple/get as-string as-string-value number value-name
/queue/simple/move destination numbers
/queue/simple/print append as-value brief bytes comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval oid on-event~4 order-by~4 packets proplist rate show-ids stats terse timestamp~4 value-list where without-paging
/queue/simple/remove numbers
/queue/simple/reset bucket-size burst-limit burst-threshold burst-time comment disabled dst limit-at max-limit name numbers packet-marks parent priority queue target time total-bucket-size total-burst-limit total-burst-threshold total-burst-time total-limit-at total-max-limit total-priority total-queue
/queue/simple/reset-counters numbers
/queue/simple/reset-counters-all
/queue/simple/set bucket-size burst-limit burst-threshold burst-time comment disabled dst limit-at max-limit name numbers packet-marks parent priority queue target time total-bucket-size total-burst-limit total-burst-threshold total-burst-time total-limit-at total-max-limit total-priority total-queue
/queue/simple/unset numbers value-name
/queue/type/add bfifo-limit cake-ack-filter cake-atm cake-autorate-ingress cake-bandwidth cake-diffserv cake-flowmode cake-memlimit cake-mpu cake-nat cake-overhead cake-overhead-scheme cake-rtt cake-rtt-scheme cake-wash codel-ce-threshold codel-ecn codel-interval codel-limit codel-target copy-from fq-codel-ce-threshold fq-codel-ecn fq-codel-flows fq-codel-interval fq-codel-limit fq-codel-memlimit fq-codel-quantum fq-codel-target kind mq-pfifo-limit name pcq-burst-rate pcq-burst-threshold pcq-burst-time pcq-classifier pcq-dst-address-mask pcq-dst-address6-mask pcq-limit pcq-rate pcq-src-address-mask pcq-src-address6-mask pcq-total-limit pfifo-limit red-avg-packet red-burst red-limit red-max-threshold red-min-threshold sfq-allot sfq-perturb
/queue/type/edit number value-name
/queue/type/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/queue/type/find where
/queue/type/get as-string as-string-value number value-name
/queue/type/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/queue/type/remove numbers
/queue/type/reset bfifo-limit cake-ack-filter cake-atm cake-autorate-ingress cake-bandwidth cake-diffserv cake-flowmode cake-memlimit cake-mpu cake-nat cake-overhead cake-overhead-scheme cake-rtt cake-rtt-scheme cake-wash codel-ce-threshold codel-ecn codel-interval codel-limit codel-target fq-codel-ce-threshold fq-codel-ecn fq-codel-flows fq-codel-interval fq-codel-limit fq-codel-memlimit fq-codel-quantum fq-codel-target kind mq-pfifo-limit name numbers pcq-burst-rate pcq-burst-threshold pcq-burst-time pcq-classifier pcq-dst-address-mask pcq-dst-address6-mask pcq-limit pcq-rate pcq-src-address-mask pcq-src-address6-mask pcq-total-limit pfifo-limit red-avg-packet red-burst red-limit red-max-threshold red-min-threshold sfq-allot sfq-perturb
/queue/type/set bfifo-limit cake-ack-filter cake-atm cake-autorate-ingress cake-bandwidth cake-diffserv cake-flowmode cake-memlimit cake-mpu cake-nat cake-overhead cake-overhead-scheme cake-rtt cake-rtt-scheme cake-wash codel-ce-threshold codel-ecn codel-interval codel-limit codel-target fq-codel-ce-threshold fq-codel-ecn fq-codel-flows fq-codel-interval fq-codel-limit fq-codel-memlimit fq-codel-quantum fq-codel-target kind mq-pfifo-limit name numbers pcq-burst-rate pcq-burst-threshold pcq-burst-time pcq-classifier pcq-dst-address-mask pcq-dst-address6-mask pcq-limit pcq-rate pcq-src-address-mask pcq-src-address6-mask pcq-total-limit pfifo-limit red-avg-packet red-burst red-limit red-max-threshold red-min-threshold sfq-allot sfq-perturb
/quit
/system/backup/load force-v6-to-v7-configuration-upgrade name password
/system/backup/save dont-encrypt encryption name password
/system/clock/edit value-name
/system/clock/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/system/clock/get as-string as-string-value value-name
/system/clock/print as-value comments~4 file interval without-paging
/system/clock/reset~4 date time time-zone-autodetect time-zone-name
/system/clock/set date time time-zone-autodetect time-zone-name
/system/identity/edit value-name
/system/identity/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/system/identity/get as-string as-string-value value-name
/system/identity/print as-value comments~4 file interval oid without-paging
/system/identity/reset~4 name
/system/identity/set name
/system/license/export~4 compact file hide-sensitive path show-sensitive terse verbose where
/system/license/generate-new-id
/system/license/get as-string as-string-value value-name
/system/license/print as-value comments~4 file interval oid without-paging
/system/license/renew account append as-value do duration file freeze-frame-interval~4 interval level once password without-paging
/system/logging/add action comment~4 copy-from disabled prefix regex~4 topics
/system/logging/comment~4 comment numbers
/system/logging/disable numbers
/system/logging/edit number value-name
/system/logging/enable numbers
/system/logging/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/system/logging/find where
/system/logging/get as-string as-string-value number value-name
/system/logging/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/system/logging/remove numbers
/system/logging/reset action comment~4 disabled numbers prefix regex~4 topics
/system/logging/set action comment~4 disabled numbers prefix regex~4 topics
/system/ntp/client/edit value-name
/system/ntp/client/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/system/ntp/client/get as-string as-string-value value-name
/system/ntp/client/print as-value comments~4 file interval without-paging
/system/ntp/client/reset~4 enabled mode servers vrf
/system/ntp/client/reset-freq-drift
/system/ntp/client/set enabled mode servers vrf
/system/package/apply-changes~4 ignore-missing
/system/package/disable numbers
/system/package/downgrade
/system/package/enable numbers
/system/package/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/system/package/find where
/system/package/get as-string as-string-value number value-name
/system/package/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/system/package/uninstall numbers
/system/package/unschedule numbers
/system/resource/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/system/resource/get as-string as-string-value value-name
/system/resource/monitor append as-value do duration file freeze-frame-interval~4 interval once proplist~4 without-paging
/system/resource/print as-value comments~4 file interval oid without-paging
/system/scheduler/add comment copy-from days~4 disabled interval name on-event policy start-date start-time
/system/scheduler/comment comment numbers
/system/scheduler/disable numbers
/system/scheduler/edit number value-name
/system/scheduler/enable numbers
/system/scheduler/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/system/scheduler/find where
/system/scheduler/get as-string as-string-value number value-name
/system/scheduler/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/system/scheduler/remove numbers
/system/scheduler/reset comment days~4 disabled interval name numbers on-event policy start-date start-time
/system/scheduler/set comment days~4 disabled interval name numbers on-event policy start-date start-time
/system/scheduler/unset~4 numbers value-name
/system/script/add comment copy-from dont-require-permissions name owner policy source
/system/script/comment comment numbers
/system/script/edit number value-name
/system/script/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/system/script/find where
/system/script/get as-string as-string-value number value-name
/system/script/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/system/script/remove numbers
/system/script/reset comment dont-require-permissions name numbers owner policy source
/system/script/run number use-script-permissions~6
/system/script/set comment dont-require-permissions name numbers owner policy source
/system/script/unset~4 numbers value-name
/user/active/add~4 copy-from
/user/active/find where
/user/active/get as-string as-string-value number value-name
/user/active/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/user/active/remove~4 numbers
/user/active/request-logout~3 numbers
/user/add address comment copy-from disabled group inactivity-policy~6 inactivity-timeout~6 name password
/user/comment comment numbers
/user/disable numbers
/user/edit number value-name
/user/enable numbers
/user/expire-password numbers
/user/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/user/find where
/user/get as-string as-string-value number value-name
/user/group/add comment copy-from name policy skin
/user/group/comment comment numbers
/user/group/edit number value-name
/user/group/export compact file hide-sensitive path~4 show-sensitive terse verbose where~6
/user/group/find where
/user/group/get as-string as-string-value number value-name
/user/group/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids terse timestamp~4 value-list where without-paging
/user/group/remove numbers
/user/group/reset comment name numbers policy skin
/user/group/set comment name numbers policy skin
/user/print append as-value brief comments~4 count-only detail file follow follow-only follow-strict~1 from group-by~4 interval on-event~4 order-by~4 proplist show-ids show-sensitive~4 terse timestamp~4 value-list where without-paging
/user/recursive-print~4
/user/remove numbers
/user/reset address comment disabled group inactivity-policy~6 inactivity-timeout~6 name numbers password
/user/set address comment disabled group inactivity-policy~6 inactivity-timeout~6 name numbers password
`;
