import { withRig } from "/work/main/scripts/bench/round.ts";
const n=Number(process.argv[2]), R=Number(process.argv[3]);
const t=[["/interface", [".id", "name", "rx-byte", "tx-byte"]],["/ppp/active", ["name", "service", "caller-id", "address", "uptime", "session-id", "radius"]]];
await withRig({stack:"ronda"},n,async(walk,router)=>{ const out:string[]=[]; for(let i=0;i<R;i++){ await router.call("move",t); const w=await walk(false); out.push((w.cpuUs/w.live).toFixed(1)); } console.log(n,out.join(" ")); });
