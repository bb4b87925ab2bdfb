import { readIpAllowList } from '../../../inbound/ipAllowList';
import { option, UnreadableParameter } from './parameter';

/** Who may send at all. */
export const ipAllowList = option(
	{
		displayName: 'IP Allow List',
		name: 'ipAllowList',
		type: 'string',
		default: '',
		placeholder: 'e.g. 192.168.1.0/24, fd00::/8',
		description: 'Addresses and ranges that may send, separated by commas. Empty for all.',
	},
	(value) => {
		const list = readIpAllowList(value);
		if (!list.ok) throw new UnreadableParameter(list.message);
		return list.isAddressAllowed;
	},
);
