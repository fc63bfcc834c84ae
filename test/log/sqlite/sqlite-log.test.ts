import { keepsLogContract } from "../log-contract.ts";
import { makeSqlitePlace } from "./place.ts";

keepsLogContract("SQLite", makeSqlitePlace);
