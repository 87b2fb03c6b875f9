import { configurationPage } from './configuration-table.js';

process.stdout.write(configurationPage());
